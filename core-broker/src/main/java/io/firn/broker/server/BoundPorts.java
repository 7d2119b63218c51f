package io.firn.broker.server;

import java.util.List;

/**
 * The ports of a server to come. A broker binds them before it touches its store, so that a port in use is known at
 * once, and opens them when everything behind them stands: until then clients wait in the backlog.
 */
public final class BoundPorts implements AutoCloseable {

    private final ServerConfig config;
    private final IoThreads io;
    private final List<BoundPort> ports;

    private BoundPorts(ServerConfig config, IoThreads io, List<BoundPort> ports) {
        this.config = config;
        this.io = io;
        this.ports = ports;
    }

    /**
     * Binds.
     *
     * @throws BindException when a port cannot be had; nothing is bound then
     */
    public static BoundPorts bind(ServerConfig config, IoThreads io) {
        return new BoundPorts(config, io, new PortBinder(config, io).bind());
    }

    /** The first port. */
    public int port() {
        return ports.getFirst().number();
    }

    /** The second port, or the first one when there is no other. */
    public int secondPort() {
        return ports.getLast().number();
    }

    void open(RequestRouter router, ConnectionListener listener) {
        ports.getLast().open(setup(ports.size() == 1 ? router : router.secondPort(), listener));
        ports.getFirst().open(setup(router, listener));
    }

    private ConnectionSetup setup(RequestRouter requests, ConnectionListener listener) {
        return new ConnectionSetup(io, config.limits(), requests, listener, ConnectionSetup.Side.SERVER);
    }

    IoThreads io() {
        return io;
    }

    /** Stops listening. Idempotent. */
    @Override
    public void close() {
        ports.forEach(BoundPort::close);
    }
}
