package io.firn.broker.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;

/** Binds a server's port or pair of ports, and says clearly why it cannot. Used once, by the opening thread. */
final class PortBinder {

    private static final int PAIR_DISTANCE = 2;
    private static final int PAIR_TRIES = 200;

    private final ServerConfig config;
    private final IoThreads io;
    private final RequestRouter router;
    private final ConnectionListener listener;

    PortBinder(ServerConfig config, IoThreads io, RequestRouter router, ConnectionListener listener) {
        this.config = config;
        this.io = io;
        this.router = router;
        this.listener = listener;
    }

    /** The bound ports: one, or the first and the second of a pair. */
    List<Channel> bind() {
        if (config.ports() == ServerConfig.Ports.ONE) {
            return List.of(bindFirst(config.port()));
        }
        return config.port() == 0 ? freePair() : pair(bindFirst(config.port()));
    }

    static int portOf(Channel bound) {
        return ((InetSocketAddress) bound.localAddress()).getPort();
    }

    private List<Channel> freePair() {
        for (int left = PAIR_TRIES; ; left--) {
            Channel first = bindFirst(0);
            try {
                return pair(first);
            } catch (BindException e) {
                if (left == 0) {
                    throw e;
                }
            }
        }
    }

    private Channel bindFirst(int port) {
        return bind(port, "", router);
    }

    private List<Channel> pair(Channel first) {
        try {
            int second = portOf(first) - PAIR_DISTANCE;
            return List.of(first, bind(second, " (" + config.portKey() + " - 2)", router.secondPort()));
        } catch (BindException e) {
            first.close().awaitUninterruptibly();
            throw e;
        }
    }

    private Channel bind(int port, String role, RequestRouter requests) {
        InetSocketAddress address = new InetSocketAddress(config.bindAddress(), port);
        ChannelFuture bound = bootstrap(requests).bind(address).awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new BindException(explain("port " + port + " on " + config.bindAddress() + role, cause), cause);
        }
        return bound.channel();
    }

    private ServerBootstrap bootstrap(RequestRouter requests) {
        ConnectionSetup setup =
                new ConnectionSetup(io, config.limits(), requests, listener, ConnectionSetup.Side.SERVER);
        return new ServerBootstrap()
                .group(io.group())
                .channel(io.transport().serverChannel())
                .option(ChannelOption.SO_BACKLOG, config.backlog())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOCATOR, io.allocator())
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, config.limits().waterMark())
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new ConnectionHandler(setup));
                    }
                });
    }

    private String explain(String where, Throwable cause) {
        String key = config.portKey();
        String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (text.contains("in use")) {
            return where + " is already in use: stop the other process or set " + key;
        }
        if (text.contains("permission denied")) {
            return where + " needs more rights than this process has: set " + key + " to a port above 1023";
        }
        if (text.contains("assign requested address") || isUnresolved()) {
            return config.bindAddress() + " is no address of this machine: set bindAddress to one that is";
        }
        return where + " cannot be listened on (" + cause.getMessage() + "): set " + key + " or bindAddress";
    }

    private boolean isUnresolved() {
        return new InetSocketAddress(config.bindAddress(), 0).isUnresolved();
    }
}
