package io.firn.broker.consume;

import io.firn.broker.queue.ParkedPoll;
import io.firn.broker.queue.PendingRead;
import io.firn.broker.queue.ReadOutcome;
import io.firn.broker.queue.SourceRead;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.server.Connection;
import io.firn.broker.server.Responder;
import io.firn.broker.wire.RemotingCommand;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pull that a plugin answers. Started on the thread that read the request, answered on whichever completes the read;
 * no thread waits meanwhile. At the end of its queue it is parked like any other, and asks the plugin once more when it
 * is woken. Cancelled when its connection closes. Answered exactly once.
 */
final class SourcePull implements ParkedPoll {

    /** Request fields that begin so are the plugin's. */
    private static final String FIELD_PREFIX = "firn";

    private final PullReads reads;
    private final PullRequest request;
    private final Map<String, String> fields;
    private final Responder responder;

    /** Written by whoever starts a read, read by whoever cancels. */
    private volatile @Nullable PendingRead pending;

    private volatile boolean cancelled;
    /** Written before the pull is parked; read on the dispatcher's thread. */
    private volatile long deadlineNanos;

    SourcePull(PullReads reads, PullRequest request, Map<String, String> fields, Responder responder) {
        this.reads = reads;
        this.request = request;
        this.fields = fields;
        this.responder = responder;
    }

    /** What the client sent along for the plugin; mostly nothing. */
    static Map<String, String> fieldsOf(RemotingCommand command) {
        Map<String, String> found = new HashMap<>();
        command.ext().asMap().forEach((name, value) -> {
            if (name.startsWith(FIELD_PREFIX)) {
                found.put(name, value);
            }
        });
        return found;
    }

    /** Reads; may wait at the end of the queue afterwards. */
    void start() {
        read().outcome().whenComplete((outcome, failure) -> {
            reads.open().remove(responder.connection(), this);
            if (outcome != null && !cancelled && PullReads.waits(request, outcome)) {
                deadlineNanos = reads.deadline(request);
                reads.park(request.group(), this, responder);
            } else {
                answer(outcome, failure);
            }
        });
    }

    /** Reads, and answers whatever comes. */
    void startLast() {
        PullReply moved = reads.moved(request);
        if (moved != null) {
            responder.reply(moved);
            return;
        }
        read().outcome().whenComplete((outcome, failure) -> {
            reads.open().remove(responder.connection(), this);
            answer(outcome, failure);
        });
    }

    private PendingRead read() {
        Connection connection = responder.connection();
        PendingRead started = reads.readElsewhere(new SourceRead(request.read(), request.group(), fields));
        pending = started;
        reads.open().add(connection, this);
        if (cancelled || !connection.isOpen()) {
            cancel();
        }
        return started;
    }

    private void answer(@Nullable ReadOutcome outcome, @Nullable Throwable failure) {
        if (outcome != null) {
            responder.replyWith(() -> reads.answer(request, outcome));
        } else if (failure != null) {
            responder.fail(failure);
        }
    }

    /** Nobody waits for the answer any more. */
    void cancel() {
        cancelled = true;
        PendingRead started = pending;
        if (started != null) {
            started.cancel().run();
        }
    }

    @Override
    public String topic() {
        return request.read().topic();
    }

    @Override
    public int queueId() {
        return request.read().queueId();
    }

    @Override
    public long offset() {
        return request.read().offset();
    }

    @Override
    public RecordFilter filter() {
        return request.read().filter();
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public void wake() {
        responder.connection().execute(this::startLast);
    }

    @Override
    public void expired() {
        responder.connection().execute(this::startLast);
    }

    @Override
    public Object client() {
        return responder.connection();
    }

    @Override
    public boolean abandoned() {
        return !responder.connection().isOpen();
    }
}
