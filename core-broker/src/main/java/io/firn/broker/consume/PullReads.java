package io.firn.broker.consume;

import io.firn.broker.group.Deliveries;
import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.group.Offsets;
import io.firn.broker.queue.LongPolls;
import io.firn.broker.queue.ParkedPoll;
import io.firn.broker.queue.PendingRead;
import io.firn.broker.queue.QueueLog;
import io.firn.broker.queue.ReadOutcome;
import io.firn.broker.queue.ReadRequest;
import io.firn.broker.queue.SourceRead;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.ReadablePosition;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.server.Connection;
import io.firn.broker.server.Reply;
import io.firn.broker.server.Responder;
import io.firn.broker.wire.RemotingCommand;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads for checked pulls and turns outcomes into answers: at once, from a reader thread when the data is old, or when
 * a message arrives. Any thread.
 */
final class PullReads {

    private final QueueLog queues;
    private final LongPolls polls;
    /** Runs what may wait for the disk, or refuses the request. */
    private final BiConsumer<Responder, Runnable> readers;

    private final ReadablePosition appended;
    private final PullConfig config;
    private final Clock clock;
    private final PullMetrics metrics;
    private final Deliveries deliveries;
    private final Offsets offsets;
    private final OpenPulls open = new OpenPulls();

    PullReads(
            PullHandler.Stores stores,
            PullConfig config,
            Clock clock,
            PullMetrics metrics,
            GroupCoordinator groups,
            BiConsumer<Responder, Runnable> readers) {
        this.queues = stores.queues();
        this.polls = stores.polls();
        this.readers = readers;
        this.appended = stores.appended();
        this.config = config;
        this.clock = clock;
        this.metrics = metrics;
        this.deliveries = groups.deliveries();
        this.offsets = groups.offsets();
    }

    /** Serves a pull on the io thread that read it. */
    Reply serve(PullRequest request, RemotingCommand command, Connection connection) {
        if (isHot(request.read())) {
            ReadOutcome outcome = queues.read(request.read());
            if (outcome instanceof ReadOutcome.Elsewhere) {
                Map<String, String> fields = SourcePull.fieldsOf(command);
                new SourcePull(this, request, fields, connection.responder(command)).start();
                return Reply.LATER;
            }
            if (!waits(request, outcome)) {
                return answer(request, outcome);
            }
            return park(request, connection.responder(command));
        }
        metrics.old.increment();
        Responder responder = connection.responder(command);
        try {
            readers.accept(responder, () -> readOnce(request, responder));
        } catch (BusyException e) {
            responder.fail(e);
        }
        return Reply.LATER;
    }

    /** Serves a woken or expired pull, which does not wait again, on its connection's io thread. */
    void answerLater(PullRequest request, Responder responder) {
        responder.connection().execute(() -> readOnce(request, responder));
    }

    /** Nobody waits at this connection any more. */
    void connectionClosed(Connection connection) {
        open.cancelAll(connection);
    }

    /** Where an operator moved the group since its pull came; null when nobody did. */
    @Nullable
    PullReply moved(PullRequest request) {
        ReadRequest read = request.read();
        long reset = offsets.takeReset(request.group(), read.topic(), read.queueId());
        return reset == Offsets.NONE ? null : PullReply.moved(request, reset);
    }

    /** What is old is not at the end of its queue: when it has gone meanwhile, the client is told where to go on. */
    private void readOnce(PullRequest request, Responder responder) {
        PullReply moved = moved(request);
        if (moved != null) {
            responder.reply(moved);
            return;
        }
        ReadOutcome outcome;
        try {
            outcome = queues.read(request.read());
        } catch (StorageException e) {
            responder.fail(e);
            return;
        }
        if (outcome instanceof ReadOutcome.Elsewhere) {
            new SourcePull(this, request, Map.of(), responder).startLast();
        } else {
            responder.replyWith(() -> answer(request, outcome));
        }
    }

    /** Starts a read that a plugin answers; it is cancelled with its connection. */
    PendingRead readElsewhere(SourceRead read) {
        metrics.elsewhere.increment();
        try {
            return queues.readElsewhere(read);
        } catch (StorageException e) {
            return PendingRead.failed(e);
        }
    }

    OpenPulls open() {
        return open;
    }

    PullReply answer(PullRequest request, ReadOutcome outcome) {
        if (outcome instanceof ReadOutcome.Found found) {
            int messages = found.slices().count();
            long bytes = found.slices().bytes();
            metrics.messages.add(messages);
            metrics.bytes.add(bytes);
            metrics.found.increment();
            deliveries.count(request.group(), request.read().topic(), messages, bytes);
        } else {
            metrics.missed.increment();
        }
        return PullReply.of(request, outcome);
    }

    private Reply park(PullRequest request, Responder responder) {
        park(request.group(), new ParkedPull(this, request, responder, deadline(request)), responder);
        return Reply.LATER;
    }

    void park(String group, ParkedPoll poll, Responder responder) {
        try {
            polls.park(poll);
            metrics.parked.increment();
            if (offsets.isResetPending(group, poll.topic(), poll.queueId())) {
                // moved between the look at the offsets and the parking
                polls.moved(poll.topic(), poll.queueId());
            }
        } catch (BusyException e) {
            responder.fail(e);
        }
    }

    /** When a pull that waits from now on stops waiting. */
    long deadline(PullRequest request) {
        return clock.nanos() + request.suspend().toNanos();
    }

    static boolean waits(PullRequest request, ReadOutcome outcome) {
        if (request.suspend().isZero()) {
            return false;
        }
        return switch (outcome) {
            case ReadOutcome.AtEnd end -> true;
            case ReadOutcome.Empty none -> request.read().offset() == 0;
            case ReadOutcome.NoQueue none -> request.read().offset() == 0;
            case ReadOutcome.Found found -> false;
            case ReadOutcome.Filtered filtered -> false;
            case ReadOutcome.OutOfRange moved -> false;
            case ReadOutcome.Elsewhere elsewhere -> false;
            case ReadOutcome.TryAgain again -> false;
        };
    }

    /** Old data may have left the page cache: reading it may wait for the disk, which an io thread must not. */
    private boolean isHot(ReadRequest read) {
        long position = queues.positionOf(read.topic(), read.queueId(), read.offset());
        return position < 0 || appended.get() - position <= config.hotBytes().toBytes();
    }
}
