package io.firn.broker.transaction;

import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.log.CommitLog;
import io.firn.broker.produce.SendRewrite;
import io.firn.broker.queue.LocalQueues;
import io.firn.broker.record.HostAddress;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.TaskAgent;
import io.firn.broker.topic.TopicName;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of this broker. Takes first halves, ends them when their producer says so, and asks when it does not.
 * A half message ends once: a second commit succeeds and stores nothing, also after a crash. Any thread. Timers are
 * planned on {@code firn-control}, which looks now and then whether one is missing, and work on the executor given.
 */
public final class Transactions implements SendRewrite, AutoCloseable {

    /** Checks that are due within this time are made together. */
    private static final Duration ROUND_GAP = Duration.ofMillis(100);
    /** What control had no room to plan is planned by then, if no transaction has come that did. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

    private final TransactionConfig config;
    private final Stores stores;
    private final Clock clock;
    private final HalfTable table = new HalfTable();
    private final TransactionMetrics metrics;
    private final EndNotes notes;
    private final Progress progress;
    private final Endings endings;
    private final CheckBack checks;
    private final Errands errands;

    private Transactions(TransactionConfig config, Stores stores, Ports ports, Clock clock, Metrics metrics) {
        this.config = config;
        this.stores = stores;
        this.clock = clock;
        this.errands = new Errands(ports.control, ports.workers, ROUND_GAP);
        this.metrics = new TransactionMetrics(metrics, table);
        this.notes = new EndNotes(config, stores.appends, stores.host, clock);
        this.progress = new Progress(stores.log, ports.groups.offsets(), table, notes);
        HalfEvents events = new HalfEvents(table, this.metrics, this::ended);
        this.endings = new Endings(config, stores, ports.topics, clock, events);
        CheckNotices notices = new CheckNotices(ports.groups.members(), config.brokerName(), stores.host);
        this.checks = new CheckBack(config, stores, notices, clock, events);
    }

    /**
     * Where half messages are.
     *
     * @param host address clients reach this broker at
     */
    public record Stores(CommitLog log, LocalQueues queues, Appends appends, HostAddress host) {}

    /**
     * Who else there is.
     *
     * @param control plans
     * @param workers checks and writes, which may wait for the disk
     */
    public record Ports(GroupCoordinator groups, TopicRegistry topics, TaskAgent control, Executor workers) {}

    /**
     * Finds what is open in the store and goes on with it. Blocks on the disk when there is something.
     *
     * @throws io.firn.broker.runtime.StorageException when the store can not be read
     */
    public static Transactions open(
            TransactionConfig config, Stores stores, Ports ports, Clock clock, Metrics metrics) {
        Transactions opened = new Transactions(config, stores, ports, clock, metrics);
        new HalfRecovery(config, stores, ports.groups.offsets(), clock, opened.metrics).run(opened.table, opened.notes);
        opened.writeNotes();
        opened.planChecks();
        ports.control.every(LOOK_AGAIN, opened::planLost);
        return opened;
    }

    @Override
    public @Nullable CompletableFuture<?> rewrite(Draft message) {
        if (message.isHalf()) {
            prepare(message);
        }
        return null;
    }

    private void prepare(Draft message) {
        if (config.acceptance() == TransactionConfig.Acceptance.REFUSED) {
            throw new RequestException(
                    ResponseCode.NO_PERMISSION, "this broker takes no transactions: rejectTransactionMessage is true");
        }
        String unique = message.property(HalfProperties.UNIQUE_KEY);
        if (unique != null) {
            message.put(HalfProperties.TRANSACTION_ID, unique);
        }
        // when it is committed it is due
        HalfProperties.DELAYS.forEach(message::remove);
        message.put(HalfProperties.REAL_TOPIC, message.topic());
        message.put(HalfProperties.REAL_QUEUE, Integer.toString(message.queueId()));
        Duration immunity =
                HalfProperties.immunity(message.property(HalfProperties.IMMUNITY_SECONDS), config.timeout());
        message.putAside(new HalfShelf(immunity, this::prepared));
    }

    /** How many have not ended. */
    public int open() {
        return table.size();
    }

    /** Ends one, see {@link Endings#end}. */
    CompletableFuture<Long> end(EndRequest request) {
        return endings.end(request);
    }

    void countRefusal() {
        metrics.refused.increment();
    }

    /**
     * Begins to check a half message anew. May block on the disk.
     *
     * @param position of a half message that is open, or of one that was given up
     * @throws RequestException when nothing of the kind lies there
     */
    void resume(long position) {
        try (HalfRecord record = HalfRecord.at(stores.log, position)) {
            if (record == null) {
                throw new RequestException(
                        ResponseCode.SYSTEM_ERROR, "there is no message at position " + position + " of the log");
            }
            if (record.isOf(TopicName.TRANSACTION_HALF)) {
                resumeOpen(record);
            } else if (record.isOf(TopicName.TRANSACTION_EXHAUSTED)) {
                resumeExhausted(record);
            } else {
                throw new RequestException(
                        ResponseCode.SYSTEM_ERROR, "the message at position " + position + " is no half message");
            }
        }
    }

    private void resumeOpen(HalfRecord record) {
        if (!table.resetChecks(record.view().queueOffset())) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR,
                    "the transaction has ended; one that was given up is resumed by the id of its message in "
                            + TopicName.TRANSACTION_EXHAUSTED);
        }
    }

    /** One at a time, so that asking twice resumes once. */
    private synchronized void resumeExhausted(HalfRecord record) {
        if (table.isResumed(record.position())) {
            return;
        }
        Appends.Appended at = stores.appends.own(StoredMessage.resumed(record));
        table.add(
                HalfMessage.resumedAt(at.queueOffset(), at.position(), record.position()), dueAfter(config.timeout()));
        planChecks();
    }

    private void prepared(long offset, long position, Duration immunity) {
        metrics.prepared.increment();
        table.add(HalfMessage.at(offset, position), dueAfter(immunity));
        planChecks();
    }

    private long dueAfter(Duration wait) {
        return clock.nanos() + wait.toNanos();
    }

    private void ended(HalfMessage half) {
        switch (notes.ended(half.offset())) {
            case NOW -> {
                var _ = notes.flush();
                planRest();
            }
            case SOON -> planNotes();
            case NONE -> {
                // a time is planned already
            }
        }
    }

    /** On control. Does nothing unless a plan was lost, see {@link Errands#after}. */
    private void planLost() {
        planChecks();
        planRest();
    }

    private void planChecks() {
        table.arm(dueNanos -> {
            Duration wait = Duration.ofNanos(Math.max(ROUND_GAP.toNanos(), dueNanos - clock.nanos()));
            errands.after(wait, () -> checkDue(dueNanos), () -> table.disarm(dueNanos));
        });
    }

    private void checkDue(long dueNanos) {
        table.disarm(dueNanos);
        try {
            checks.round();
            progress.step();
        } finally {
            planChecks();
        }
    }

    private void planNotes() {
        errands.after(config.opInterval(), this::writeNotes, notes::planIsOver);
    }

    /** What could not be written, or came meanwhile. */
    private void planRest() {
        if (notes.needsPlan()) {
            planNotes();
        }
    }

    private void writeNotes() {
        notes.planIsOver();
        var _ = notes.flush();
        progress.step();
        planRest();
    }

    /** Writes what a start without a crash needs not to read the log. Blocks on the disk. */
    @Override
    public void close() {
        errands.close();
        if (notes.flush()) {
            progress.last();
        }
    }
}
