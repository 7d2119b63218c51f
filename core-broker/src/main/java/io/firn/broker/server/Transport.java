package io.firn.broker.server;

import io.firn.broker.runtime.ConfigException;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** How sockets are driven. */
public enum Transport {
    /** Linux's epoll when its native library loads, otherwise {@link #NIO}. */
    AUTO,
    /** The JDK's selector; works everywhere. */
    NIO,
    /** Linux's epoll; a start error where it is not available. */
    EPOLL;

    /** The transport really used on this machine: {@link #NIO} or {@link #EPOLL}. */
    Transport resolved() {
        if (this == NIO || (this == AUTO && !Epoll.isAvailable())) {
            return NIO;
        }
        if (!Epoll.isAvailable()) {
            throw new ConfigException("configuration " + IoConfig.TRANSPORT_KEY
                    + "=EPOLL: epoll is not available on this machine (" + Epoll.unavailabilityCause()
                    + "): set AUTO or NIO");
        }
        return EPOLL;
    }

    IoHandlerFactory handlers() {
        return this == EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    Class<? extends ServerSocketChannel> serverChannel() {
        return this == EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    Class<? extends SocketChannel> channel() {
        return this == EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
    }
}
