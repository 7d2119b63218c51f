package io.firn.broker.server;

import io.netty.channel.Channel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Serves one request table on one port or on a pair of them. Open it last and close it first: what is asked before the
 * close is answered, what is not answered within a second is cut off.
 */
public final class RemotingServer implements AutoCloseable {

    private static final long ANSWER_MS = 1000;
    private static final long CUT_OFF_MS = 200;

    private final Set<ChannelConnection> connections = ConcurrentHashMap.newKeySet();
    private final ConnectionListener listener;
    private List<Channel> ports = List.of();
    private volatile boolean closing;

    private RemotingServer(ConnectionListener listener) {
        this.listener = listener;
    }

    /**
     * Binds and serves.
     *
     * @throws BindException when a port cannot be had; nothing is bound then
     */
    public static RemotingServer open(
            ServerConfig config, IoThreads io, RequestRouter router, ConnectionListener listener) {
        io.metrics().label(router.codes());
        RemotingServer server = new RemotingServer(listener);
        server.ports = new PortBinder(config, io, router, server.tracking()).bind();
        return server;
    }

    /** The first port. */
    public int port() {
        return PortBinder.portOf(ports.getFirst());
    }

    /** The second port, or the first one when there is no other. */
    public int secondPort() {
        return PortBinder.portOf(ports.getLast());
    }

    /** Unbinds, lets what has been asked be answered for up to a second, then closes every connection. */
    @Override
    public void close() {
        closing = true;
        for (Channel port : ports) {
            port.close().awaitUninterruptibly();
        }
        for (ChannelConnection connection : connections) {
            connection.finish();
        }
        if (!awaitClosed(ANSWER_MS)) {
            for (ChannelConnection connection : connections) {
                connection.execute(() -> connection.closeNow(CloseCause.SHUTDOWN));
            }
            awaitClosed(CUT_OFF_MS);
        }
    }

    private boolean awaitClosed(long timeoutMs) {
        List<ChannelConnection> open = List.copyOf(connections);
        CountDownLatch left = new CountDownLatch(open.size());
        for (ChannelConnection connection : open) {
            connection.onClose(left::countDown);
        }
        try {
            return left.await(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private ConnectionListener tracking() {
        return new ConnectionListener() {
            @Override
            public void opened(Connection connection) {
                connections.add((ChannelConnection) connection);
                listener.opened(connection);
                if (closing) {
                    ((ChannelConnection) connection).finish();
                }
            }

            @Override
            public void closed(Connection connection) {
                connections.remove((ChannelConnection) connection);
                listener.closed(connection);
            }
        };
    }
}
