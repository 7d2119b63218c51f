package io.firn.broker.server;

import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.RemotingCommand;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks other processes: one connection per address, opened by the first call, kept open, opened again by the first call
 * after it was lost. Calls are pipelined. What a peer asks us on such a connection goes to the given request table. Any
 * thread; nothing blocks; futures complete on io threads.
 */
public final class RemotingClient implements AutoCloseable {

    private final IoThreads io;
    private final Connector connector;
    private final ConcurrentMap<String, CompletableFuture<ChannelConnection>> peers = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private RemotingClient(IoThreads io, Connector connector) {
        this.io = io;
        this.connector = connector;
    }

    /** Connects to nobody yet. */
    public static RemotingClient open(ClientConfig config, IoThreads io, RequestRouter pushes) {
        io.metrics().label(pushes.codes());
        return new RemotingClient(io, new Connector(config, io, pushes));
    }

    /**
     * Sends a request and completes with an owned copy of its answer, whatever its code.
     *
     * @param hostPort {@code host:port}; an IPv6 address may stand in brackets
     * @param timeout for everything: connecting, sending and waiting
     * @return fails with {@link CallException} naming the peer, the request and what happened
     */
    public CompletableFuture<RemotingCommand> call(
            String hostPort, int requestCode, HeaderFields header, byte[] body, Duration timeout) {
        CompletableFuture<ChannelConnection> peer = peer(hostPort);
        if (peer.state() == Future.State.SUCCESS) {
            return peer.resultNow().call(requestCode, header, body, timeout);
        }
        long startNanos = io.clock().nanos();
        CompletableFuture<ChannelConnection> connected = connectedWithin(timeout, hostPort, peer);
        return connected.thenCompose(connection -> {
            Duration left = timeout.minusNanos(io.clock().nanos() - startNanos);
            return connection.call(requestCode, header, body, left.isPositive() ? left : Duration.ofNanos(1));
        });
    }

    /** Closes every connection; what waits for an answer fails. */
    @Override
    public void close() {
        closed = true;
        for (CompletableFuture<ChannelConnection> peer : peers.values()) {
            var _ = peer.whenComplete(RemotingClient::cutOff);
        }
    }

    private CompletableFuture<ChannelConnection> peer(String hostPort) {
        if (closed) {
            return CompletableFuture.failedFuture(
                    new CallException(CallException.Failure.CLOSED, "call to " + hostPort + ": the client is closed"));
        }
        CompletableFuture<ChannelConnection> peer =
                peers.compute(hostPort, (key, known) -> isUsable(known) ? known : connector.connect(key));
        if (closed) {
            var _ = peer.whenComplete(RemotingClient::cutOff);
        }
        return peer;
    }

    /** A copy of the connecting future that does not outlast the caller's patience; the connection may still come. */
    private CompletableFuture<ChannelConnection> connectedWithin(
            Duration timeout, String hostPort, CompletableFuture<ChannelConnection> peer) {
        CompletableFuture<ChannelConnection> connected = peer.copy();
        try {
            Future<?> timer = io.group()
                    .next()
                    .schedule(() -> expire(connected, hostPort, timeout), timeout.toNanos(), TimeUnit.NANOSECONDS);
            var _ = connected.whenComplete((connection, failure) -> timer.cancel(false));
        } catch (RejectedExecutionException e) {
            connected.completeExceptionally(e);
        }
        return connected;
    }

    private static void expire(CompletableFuture<ChannelConnection> connected, String hostPort, Duration timeout) {
        connected.completeExceptionally(new CallException(
                CallException.Failure.CONNECT,
                "no connection to " + hostPort + " within " + timeout.toMillis() + " ms"));
    }

    private static boolean isUsable(@Nullable CompletableFuture<ChannelConnection> known) {
        if (known == null) {
            return false;
        }
        return switch (known.state()) {
            case RUNNING -> true;
            case SUCCESS -> known.resultNow().isOpen();
            case FAILED, CANCELLED -> false;
        };
    }

    private static void cutOff(@Nullable ChannelConnection connection, @Nullable Throwable failure) {
        if (connection != null && failure == null) {
            connection.execute(() -> connection.closeNow(CloseCause.SHUTDOWN));
        }
    }
}
