package io.firn.broker.nameserver;

import io.firn.broker.runtime.TaskAgent;
import io.firn.broker.server.Connection;
import io.firn.broker.server.ConnectionListener;
import io.firn.broker.server.IoThreads;
import io.firn.broker.server.RemotingServer;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.server.ServerConfig;
import io.firn.broker.topic.ConfigHome;
import java.time.Duration;

/** The embedded name server: routes for the brokers and clients of one machine, on a port of its own. */
public final class NameServer implements AutoCloseable {

    static final Duration SCAN_PERIOD = Duration.ofSeconds(5);

    private final RemotingServer server;
    private final TaskAgent.Schedule scan;

    private NameServer(RemotingServer server, TaskAgent.Schedule scan) {
        this.server = server;
        this.scan = scan;
    }

    /**
     * Reads what tools kept here, binds and serves.
     *
     * @param home where what tools keep is kept, and on whose threads requests are served
     * @throws io.firn.broker.server.BindException naming the port when it can not be had
     * @throws io.firn.broker.runtime.StorageException naming the file when {@code kvConfig.json} is broken
     */
    public static NameServer open(ServerConfig config, IoThreads io, ConfigHome home) {
        TaskAgent control = home.control();
        RouteTable routes = new RouteTable(home.clock());
        KeyValues keyValues = KeyValues.open(home);
        ConnectionListener goodbyes = new ConnectionListener() {
            @Override
            public void closed(Connection connection) {
                control.execute(() -> routes.connectionClosed(connection));
            }
        };
        RequestRouter table = new NameServerHandler(routes, keyValues, new NameServerSettings()).table(control);
        RemotingServer server = RemotingServer.open(config, io, table, goodbyes);
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
