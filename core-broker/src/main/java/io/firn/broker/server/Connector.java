package io.firn.broker.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;

/** Opens a client's connections. Any thread; host names are looked up on a virtual thread of their own. */
final class Connector {

    private static final int MAX_PORT = 65_535;

    private final ClientConfig config;
    private final IoThreads io;
    private final RequestRouter pushes;

    Connector(ClientConfig config, IoThreads io, RequestRouter pushes) {
        this.config = config;
        this.io = io;
        this.pushes = pushes;
    }

    /** Completes on an io thread once the connection can be used; fails with {@link CallException}. */
    CompletableFuture<ChannelConnection> connect(String hostPort) {
        CompletableFuture<ChannelConnection> connected = new CompletableFuture<>();
        int colon = hostPort.lastIndexOf(':');
        String host = unbracketed(hostPort.substring(0, Math.max(colon, 0)));
        int port = portOf(hostPort.substring(colon + 1));
        if (host.isEmpty() || port <= 0) {
            connected.completeExceptionally(
                    new CallException(CallException.Failure.ADDRESS, "address '" + hostPort + "' is not host:port"));
        } else if (isLiteral(host)) {
            resolveAndConnect(host, port, connected);
        } else {
            Thread.ofVirtual().name("firn-resolve").start(() -> resolveAndConnect(host, port, connected));
        }
        return connected;
    }

    private void resolveAndConnect(String host, int port, CompletableFuture<ChannelConnection> connected) {
        try {
            connect(new InetSocketAddress(InetAddress.getByName(host), port), connected);
        } catch (UnknownHostException e) {
            connected.completeExceptionally(new CallException(
                    CallException.Failure.ADDRESS, "cannot connect to " + host + ":" + port + ": unknown host"));
        }
    }

    private void connect(InetSocketAddress address, CompletableFuture<ChannelConnection> connected) {
        bootstrap(connected).connect(address).addListener((ChannelFutureListener) attempt -> {
            Throwable cause = attempt.cause();
            if (cause != null) {
                connected.completeExceptionally(new CallException(
                        CallException.Failure.CONNECT,
                        "cannot connect to " + address.getHostString() + ":" + address.getPort() + ": "
                                + cause.getMessage()));
            }
        });
    }

    private Bootstrap bootstrap(CompletableFuture<ChannelConnection> connected) {
        ConnectionSetup setup =
                new ConnectionSetup(io, config.limits(), pushes, completing(connected), ConnectionSetup.Side.CLIENT);
        return new Bootstrap()
                .group(io.group())
                .channel(io.transport().channel())
                .disableResolver()
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOCATOR, io.allocator())
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(config.connectTimeout().toMillis()))
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, config.limits().waterMark())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new ConnectionHandler(setup));
                    }
                });
    }

    private static ConnectionListener completing(CompletableFuture<ChannelConnection> connected) {
        return new ConnectionListener() {
            @Override
            public void opened(Connection connection) {
                connected.complete((ChannelConnection) connection);
            }
        };
    }

    private static boolean isLiteral(String host) {
        try {
            return InetAddress.ofLiteral(host).getAddress().length > 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int portOf(String text) {
        try {
            int port = Integer.parseInt(text);
            return port > MAX_PORT ? -1 : port;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
