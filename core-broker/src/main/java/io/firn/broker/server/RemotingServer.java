package io.firn.broker.server;

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
    private static final long CUT_MS = 10_000;

    private final Set<ChannelConnection> connections = ConcurrentHashMap.newKeySet();
    private final BoundPorts ports;
    private final ConnectionListener listener;
    private volatile boolean closing;

    private RemotingServer(BoundPorts ports, ConnectionListener listener) {
        this.ports = ports;
        this.listener = listener;
    }

    /**
     * Binds and serves.
     *
     * @throws BindException when a port cannot be had; nothing is bound then
     */
    public static RemotingServer open(
            ServerConfig config, IoThreads io, RequestRouter router, ConnectionListener listener) {
        return open(BoundPorts.bind(config, io), router, listener);
    }

    /** Serves on ports that are bound; they are the server's from here on. */
    public static RemotingServer open(BoundPorts ports, RequestRouter router, ConnectionListener listener) {
        ports.io().metrics().label(router.codes());
        RemotingServer server = new RemotingServer(ports, listener);
        ports.open(router, server.tracking());
        return server;
    }

    /** The first port. */
    public int port() {
        return ports.port();
    }

    /** The second port, or the first one when there is no other. */
    public int secondPort() {
        return ports.secondPort();
    }

    /** Unbinds, lets what has been asked be answered for up to a second, then closes every connection. */
    @Override
    public void close() {
        closing = true;
        ports.close();
        for (ChannelConnection connection : connections) {
            connection.finish();
        }
        if (!awaitClosed(ANSWER_MS)) {
            closeNow();
            awaitClosed(CUT_OFF_MS);
        }
    }

    /**
     * Unbinds and closes every connection at once, as the end of a process does: what was asked is not answered. Returns
     * when no request is being handled on an io thread any more, or after ten seconds.
     */
    public void cut() {
        closing = true;
        ports.close();
        closeNow();
        awaitClosed(CUT_MS);
    }

    private void closeNow() {
        for (ChannelConnection connection : connections) {
            connection.execute(() -> connection.closeNow(CloseCause.SHUTDOWN));
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
