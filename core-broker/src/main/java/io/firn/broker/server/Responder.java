package io.firn.broker.server;

import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.SerializeType;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The right and the duty to answer one request, exactly once, from any thread. Answers of other threads are gathered
 * per connection and cost one wake-up of its io thread for all that are there by then. When the connection is closed or
 * the request is one-way nothing is sent and the answer's body is closed.
 */
public final class Responder extends OutboxEntry {

    private static final AtomicIntegerFieldUpdater<Responder> USED =
            AtomicIntegerFieldUpdater.newUpdater(Responder.class, "used");

    private final Connection connection;
    private final ReplySink sink;
    private final SerializeType serializeType;
    private final int opaque;
    private final Expectation expectation;

    private volatile int used;

    /** Written by the thread that won {@link #used}, handed over with the outbox's publication. */
    private Reply.@Nullable Now answer;

    Responder(Connection connection, ReplySink sink, RemotingCommand request) {
        this.connection = connection;
        this.sink = sink;
        this.serializeType = request.serializeType();
        this.opaque = request.opaque();
        this.expectation = request.isOneway() ? Expectation.ONE_WAY : Expectation.ANSWER;
    }

    /** Answers. The answer belongs to the server from here on; a second call is a bug and throws. */
    public void reply(Reply.Now reply) {
        if (!USED.compareAndSet(this, 0, 1)) {
            reply.body().close();
            throw new IllegalStateException("request " + opaque + " of " + connection + " is already answered");
        }
        if (expectation == Expectation.ONE_WAY) {
            reply.body().close();
            sink.settled();
            return;
        }
        answer = reply;
        sink.send(this);
    }

    /** Answers with the error reply of this failure, unwrapping what futures wrap around it. */
    public void fail(Throwable cause) {
        reply(ErrorReplies.of(cause));
    }

    /**
     * Lets a handler serve the request once more, on the connection's io thread, now that something it lacked is there;
     * what it replies, or throws, is this request's answer.
     *
     * @param owned the request, detached
     */
    public void handleAgain(RequestHandler handler, RemotingCommand owned) {
        connection.execute(() -> handleNow(handler, owned));
    }

    /**
     * Lets a handler serve the request here and now; what it replies, or throws, is this request's answer. An answer
     * that the handler fills again for its next request must not be given: it is encoded later.
     *
     * @param owned the request, detached
     */
    public void handleNow(RequestHandler handler, RemotingCommand owned) {
        RequestRouter.serve(handler, owned, this);
    }

    /** Answers with what is computed here and now, or with the error reply of what that throws. */
    public void replyWith(Supplier<? extends Reply.Now> computed) {
        reply(RequestRouter.guarded(computed));
    }

    /**
     * Goes on with the request here and now. What that throws is this request's answer, unless it has one: no request stays
     * without, whatever happens on its way.
     *
     * @param giveBack gives back what the request holds, before it is answered with a failure
     */
    public void goOn(Runnable work, Runnable giveBack) {
        RequestRouter.goOn(work, giveBack, this);
    }

    /** Whether the answer was given. */
    boolean isAnswered() {
        return used != 0;
    }

    /** True when the peer does not want an answer; one may be given nevertheless. */
    public boolean isOneway() {
        return expectation == Expectation.ONE_WAY;
    }

    public Connection connection() {
        return connection;
    }

    /** Gives the duty up because another responder of the same request has it. */
    void release() {
        if (USED.compareAndSet(this, 0, 1)) {
            sink.settled();
        }
    }

    /** What was answered, or null. For the sink. */
    Reply.@Nullable Now answer() {
        return answer;
    }

    @Override
    int bodyLength() {
        return answer == null ? 0 : answer.body().length();
    }

    @Override
    void write(ChannelConnection to) {
        to.settled();
        if (answer != null) {
            to.output().reply(serializeType, opaque, answer);
        }
    }

    @Override
    void discard() {
        sink.settled();
        if (answer != null) {
            answer.body().close();
        }
    }

    private enum Expectation {
        ANSWER,
        ONE_WAY
    }
}
