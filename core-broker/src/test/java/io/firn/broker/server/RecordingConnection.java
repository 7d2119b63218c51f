package io.firn.broker.server;

import io.firn.broker.record.HostAddress;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.RemotingCommand;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A connection without a socket, for tests of handlers in every room: keeps what was answered and sent, runs tasks at
 * once and answers calls when the test completes them.
 */
public final class RecordingConnection implements Connection, ReplySink {

    private final InetSocketAddress remote;
    private final AtomicInteger unanswered = new AtomicInteger();
    private final List<Reply.Now> replies = new CopyOnWriteArrayList<>();
    private final List<Sent> sent = new CopyOnWriteArrayList<>();
    private final List<Runnable> onClose = new ArrayList<>();
    private volatile boolean open = true;

    /** A request of ours: one-way when its answer is not awaited. */
    public record Sent(int code, HeaderFields header, ByteBuffer body, CompletableFuture<RemotingCommand> answer) {}

    public RecordingConnection() {
        this(new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000));
    }

    public RecordingConnection(InetSocketAddress remote) {
        this.remote = remote;
    }

    /** Answers given through responders, in order. */
    public List<Reply.Now> replies() {
        return replies;
    }

    /** What was notified or called, in order. */
    public List<Sent> sent() {
        return sent;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public InetSocketAddress localAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 10_911);
    }

    @Override
    public HostAddress bornHost() {
        return HostAddress.of(remote);
    }

    @Override
    public Responder responder(RemotingCommand request) {
        unanswered.incrementAndGet();
        return new Responder(this, this, request);
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public void notify(int requestCode, HeaderFields header, byte[] body) {
        sent.add(new Sent(requestCode, header, ByteBuffer.wrap(body), new CompletableFuture<>()));
    }

    @Override
    public CompletableFuture<RemotingCommand> call(
            int requestCode, HeaderFields header, byte[] body, Duration timeout) {
        CompletableFuture<RemotingCommand> answer = new CompletableFuture<>();
        sent.add(new Sent(requestCode, header, ByteBuffer.wrap(body), answer));
        return answer;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close(String reason) {
        open = false;
        onClose.forEach(Runnable::run);
        onClose.clear();
    }

    @Override
    public void onClose(Runnable task) {
        if (open) {
            onClose.add(task);
        } else {
            task.run();
        }
    }

    @Override
    public int pendingReplies() {
        return unanswered.get();
    }

    @Override
    public void send(Responder answered) {
        unanswered.decrementAndGet();
        Reply.Now answer = answered.answer();
        if (answer != null) {
            replies.add(answer);
        }
    }

    @Override
    public void settled() {
        unanswered.decrementAndGet();
    }
}
