package io.firn.broker.server;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A port that listens but accepts nobody yet: who connects waits in the backlog.
 *
 * @param setup what connections have in common, null until the port is opened
 */
record BoundPort(Channel channel, AtomicReference<@Nullable ConnectionSetup> setup) {

    /** The port's number. */
    int number() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** Starts accepting. */
    void open(ConnectionSetup connections) {
        setup.set(connections);
        channel.config().setAutoRead(true);
    }

    /** Stops listening; connections stay. */
    void close() {
        channel.close().awaitUninterruptibly();
    }
}
