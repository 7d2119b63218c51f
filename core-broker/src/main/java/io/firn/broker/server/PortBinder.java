package io.firn.broker.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Binds a server's port or pair of ports, and says clearly why it cannot. Nothing is accepted before the ports are given
 * to a server. Used once, by the opening thread.
 */
final class PortBinder {

    private static final int PAIR_DISTANCE = 2;
    private static final int PAIR_TRIES = 200;

    private final ServerConfig config;
    private final IoThreads io;

    PortBinder(ServerConfig config, IoThreads io) {
        this.config = config;
        this.io = io;
    }

    /** The bound ports: one, or the first and the second of a pair. */
    List<BoundPort> bind() {
        if (config.ports() == ServerConfig.Ports.ONE) {
            return List.of(bindFirst(config.port()));
        }
        return config.port() == 0 ? freePair() : pair(bindFirst(config.port()));
    }

    private List<BoundPort> freePair() {
        for (int left = PAIR_TRIES; ; left--) {
            BoundPort first = bindFirst(0);
            try {
                return pair(first);
            } catch (BindException e) {
                if (left == 0) {
                    throw e;
                }
            }
        }
    }

    private BoundPort bindFirst(int port) {
        return bind(port, "");
    }

    private List<BoundPort> pair(BoundPort first) {
        try {
            return List.of(first, bind(first.number() - PAIR_DISTANCE, " (" + config.portKey() + " - 2)"));
        } catch (BindException e) {
            first.close();
            throw e;
        }
    }

    private BoundPort bind(int port, String role) {
        InetSocketAddress address = new InetSocketAddress(config.bindAddress(), port);
        AtomicReference<@Nullable ConnectionSetup> setup = new AtomicReference<>();
        ChannelFuture bound = bootstrap(setup).bind(address).awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new BindException(explain("port " + port + " on " + config.bindAddress() + role, cause), cause);
        }
        return new BoundPort(bound.channel(), setup);
    }

    private ServerBootstrap bootstrap(AtomicReference<@Nullable ConnectionSetup> setup) {
        return new ServerBootstrap()
                .group(io.group())
                .channel(io.transport().serverChannel())
                .option(ChannelOption.SO_BACKLOG, config.backlog())
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOCATOR, io.allocator())
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK, config.limits().waterMark())
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new ConnectionHandler(Objects.requireNonNull(setup.get())));
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
