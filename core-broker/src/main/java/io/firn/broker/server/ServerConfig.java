package io.firn.broker.server;

import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.ConfigView;

/**
 * One remoting server.
 *
 * @param bindAddress address or host name of this machine to listen on
 * @param port port to listen on; 0 takes a free one
 * @param portKey the setting that chose the port, for error messages
 * @param ports whether port − 2 is served too
 * @param backlog connections the kernel may hold before they are accepted
 * @param limits what each connection may keep waiting
 */
public record ServerConfig(
        String bindAddress, int port, String portKey, Ports ports, int backlog, ConnectionLimits limits) {

    private static final int DEFAULT_BACKLOG = 1024;

    public ServerConfig {
        if (ports == Ports.PAIR && (port == 1 || port == 2)) {
            throw new ConfigException(
                    portKey, Integer.toString(port), "0 or a port above 2, since this - 2 is served too");
        }
    }

    /** How many ports a server has. */
    public enum Ports {
        /** The port itself. */
        ONE,
        /** The port and the one two below it, which serves all codes but those excluded in the request table. */
        PAIR
    }

    /** The broker's server: {@code listenPort} and {@code listenPort − 2}. */
    public static ServerConfig from(ConfigView view) {
        return new ServerConfig(
                view.string("bindAddress", "127.0.0.1", "Address to listen on; 0.0.0.0 or :: for every interface."),
                view.integer(
                        "listenPort", 10911, 0, 65_535, "Port for clients; this − 2 is served too. 0: any free pair."),
                "listenPort",
                Ports.PAIR,
                view.integer("serverSocketBacklog", DEFAULT_BACKLOG, 1, 65_535, "Connections waiting to be accepted."),
                ConnectionLimits.from(view));
    }

    /** A server on one port with the usual limits, such as a name server's. */
    public static ServerConfig onePort(String bindAddress, int port, String portKey) {
        return new ServerConfig(bindAddress, port, portKey, Ports.ONE, DEFAULT_BACKLOG, ConnectionLimits.defaults());
    }
}
