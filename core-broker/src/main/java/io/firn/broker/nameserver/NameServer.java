package io.firn.broker.nameserver;

import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.TaskAgent;
import io.firn.broker.server.Connection;
import io.firn.broker.server.ConnectionListener;
import io.firn.broker.server.IoThreads;
import io.firn.broker.server.RemotingServer;
import io.firn.broker.server.ServerConfig;
import java.time.Duration;

/** The embedded name server: routes for the brokers and clients of one machine, on a port of its own. */
public final class NameServer implements AutoCloseable {

    private static final Duration SCAN_PERIOD = Duration.ofSeconds(5);

    private final RemotingServer server;
    private final TaskAgent.Schedule scan;

    private NameServer(RemotingServer server, TaskAgent.Schedule scan) {
        this.server = server;
        this.scan = scan;
    }

    /**
     * Binds and serves.
     *
     * @throws io.firn.broker.server.BindException naming the port when it can not be had
     */
    public static NameServer open(ServerConfig config, IoThreads io, TaskAgent control, Clock clock) {
        RouteTable routes = new RouteTable(clock);
        ConnectionListener goodbyes = new ConnectionListener() {
            @Override
            public void closed(Connection connection) {
                control.execute(() -> routes.connectionClosed(connection));
            }
        };
        RemotingServer server = RemotingServer.open(config, io, new NameServerHandler(routes).table(control), goodbyes);
        return new NameServer(server, control.every(SCAN_PERIOD, routes::dropSilent));
    }

    /** The port it listens on. */
    public int port() {
        return server.port();
    }

    /** Unbinds and closes every connection. */
    @Override
    public void close() {
        server.close();
        scan.close();
    }
}
