package io.firn.broker.server;

import io.firn.broker.wire.FrameHead;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.RemotingCommand;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A request of ours that waits for its answer. Its state belongs to the connection's io thread. */
final class OutgoingCall extends OutboxEntry {

    private final ChannelConnection connection;
    private final int requestCode;
    private final HeaderFields header;
    private final byte[] body;
    private final CompletableFuture<RemotingCommand> answer = new CompletableFuture<>();

    private @Nullable Future<?> deadline;
    private boolean sent;
    private int opaque;
    private long readsWhenSent;

    OutgoingCall(ChannelConnection connection, int requestCode, HeaderFields header, byte[] body) {
        this.connection = connection;
        this.requestCode = requestCode;
        this.header = header;
        this.body = body;
    }

    CompletableFuture<RemotingCommand> answer() {
        return answer;
    }

    /** The timer that will call {@link #expire}. Before the call is put into the outbox. */
    void endsWith(Future<?> timer) {
        deadline = timer;
    }

    @Override
    int bodyLength() {
        return body.length;
    }

    @Override
    void write(ChannelConnection to) {
        if (answer.isDone()) {
            return;
        }
        opaque = to.calls().register(this);
        sent = true;
        readsWhenSent = to.reads();
        to.output().request(FrameHead.request(requestCode, opaque), header, body);
    }

    @Override
    void discard() {
        fail(CallException.Failure.CLOSED, "the connection is closed");
    }

    /** The answer came. */
    void complete(RemotingCommand command) {
        stopTimer();
        answer.complete(command.detach());
    }

    /** No answer can come any more. */
    void fail(CallException.Failure failure, String why) {
        stopTimer();
        answer.completeExceptionally(
                new CallException(failure, "request " + requestCode + " to " + connection.peer() + ": " + why));
    }

    /** The time is over. */
    void expire(Duration timeout) {
        if (answer.isDone()) {
            return;
        }
        if (sent) {
            connection.calls().forget(opaque);
        }
        boolean silent = sent && connection.reads() == readsWhenSent;
        fail(CallException.Failure.TIMEOUT, "no answer within " + timeout.toMillis() + " ms");
        if (silent) {
            connection.peerIsSilent(timeout);
        }
    }

    private void stopTimer() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }
}
