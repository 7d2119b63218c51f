package io.firn.broker.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.netty.buffer.PoolArenaMetric;
import io.netty.util.ResourceLeakDetector;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Io threads and one server on a free pair of ports; closing it proves that every socket buffer was given back. */
final class ServerFixture implements AutoCloseable {

    static final Duration SWEEP = Duration.ofMillis(10);

    private final IoThreads io;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final RequestRouter router;
    private final ConnectionLimits limits;
    private RemotingServer server;

    private ServerFixture(Transport transport, Clock clock, ConnectionLimits limits, RequestRouter router) {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        this.io = IoThreads.open(new IoConfig(2, transport, SWEEP), clock, new Metrics());
        this.limits = limits;
        this.router = router;
        this.server = RemotingServer.open(config(0), io, router, listener());
    }

    static ServerFixture open(RequestRouter router) {
        return open(Transport.AUTO, router);
    }

    static ServerFixture open(Transport transport, RequestRouter router) {
        return open(transport, ConnectionLimits.defaults(), router);
    }

    static ServerFixture open(Transport transport, ConnectionLimits limits, RequestRouter router) {
        return new ServerFixture(transport, Clock.system(), limits, router);
    }

    static ServerFixture open(Clock clock, RequestRouter router) {
        return new ServerFixture(Transport.AUTO, clock, ConnectionLimits.defaults(), router);
    }

    static ServerFixture open(Clock clock, ConnectionLimits limits, RequestRouter router) {
        return new ServerFixture(Transport.AUTO, clock, limits, router);
    }

    /** Limits that are reached quickly. */
    static ConnectionLimits tightLimits() {
        return new ConnectionLimits(Duration.ofMinutes(2), 64 * 1024, 256 * 1024, 4L << 20, 2048, 1_000);
    }

    IoThreads io() {
        return io;
    }

    RemotingServer server() {
        return server;
    }

    int port() {
        return server.port();
    }

    /** Everything connected right now. */
    Set<Connection> connections() {
        return connections;
    }

    ChannelConnection onlyConnection() {
        assertThat(connections).hasSize(1);
        return (ChannelConnection) connections.iterator().next();
    }

    long closes(String cause) {
        return io.metrics().closes(cause);
    }

    long directBytes() {
        return io.allocator().metric().usedDirectMemory();
    }

    /** Serves the same port again. */
    void reopen() {
        server = RemotingServer.open(config(server.port()), io, router, listener());
    }

    @Override
    public void close() {
        server.close();
        io.close();
        assertThat(connections).isEmpty();
        assertThat(io.allocator().metric().directArenas())
                .extracting(PoolArenaMetric::numActiveAllocations)
                .containsOnly(0L);
    }

    private ServerConfig config(int port) {
        return new ServerConfig("127.0.0.1", port, "listenPort", ServerConfig.Ports.PAIR, 1024, limits);
    }

    private ConnectionListener listener() {
        return new ConnectionListener() {
            @Override
            public void opened(Connection connection) {
                connections.add(connection);
            }

            @Override
            public void closed(Connection connection) {
                connections.remove(connection);
            }
        };
    }
}
