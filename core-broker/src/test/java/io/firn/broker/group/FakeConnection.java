package io.firn.broker.group;

import io.firn.broker.record.HostAddress;
import io.firn.broker.server.Connection;
import io.firn.broker.server.Responder;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.RemotingCommand;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A connection that is open until somebody closes it, and remembers why. */
final class FakeConnection implements Connection {

    private final InetSocketAddress remote;
    private volatile @Nullable String closedBecause;

    FakeConnection(int port) {
        this.remote = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Nullable
    String closedBecause() {
        return closedBecause;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public InetSocketAddress localAddress() {
        return remote;
    }

    @Override
    public HostAddress bornHost() {
        return HostAddress.of(remote);
    }

    @Override
    public boolean isOpen() {
        return closedBecause == null;
    }

    @Override
    public void close(String reason) {
        closedBecause = reason;
    }

    @Override
    public Responder responder(RemotingCommand request) {
        throw new UnsupportedOperationException("nobody asks a fake connection anything");
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public void notify(int requestCode, HeaderFields header, byte[] body) {
        throw new UnsupportedOperationException("this room notifies nobody itself");
    }

    @Override
    public CompletableFuture<RemotingCommand> call(
            int requestCode, HeaderFields header, byte[] body, Duration timeout) {
        throw new UnsupportedOperationException("this room calls nobody");
    }

    @Override
    public void onClose(Runnable task) {
        throw new UnsupportedOperationException("this room is told by its owner");
    }

    @Override
    public int pendingReplies() {
        return 0;
    }
}
