package io.firn.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between a plugin and a server it talks to by TCP, and is slow, silent or dead when a test wants it to be. Not
 * for RocketMQ brokers, whose clients are told another address by the name server: stop and start a {@link
 * WithoutPlugin} broker instead. Any thread.
 */
public final class FaultProxy implements AutoCloseable {

    private static final int BUFFER_BYTES = 8192;
    private static final long LOOK_EVERY_NANOS = 5_000_000;

    private final ServerSocket listener;
    private final InetSocketAddress target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Way way = Way.THROUGH;
    private volatile Duration delay = Duration.ZERO;

    /** What becomes of bytes and connections. */
    private enum Way {
        THROUGH,
        SILENT,
        CUT
    }

    private FaultProxy(ServerSocket listener, InetSocketAddress target) {
        this.listener = listener;
        this.target = target;
    }

    /** A proxy on a free loopback port that lets everything through. */
    public static FaultProxy to(String host, int port) {
        try {
            ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            FaultProxy proxy = new FaultProxy(listener, new InetSocketAddress(host, port));
            Thread.ofVirtual().name("fault-proxy").start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException("no port for a proxy: " + e.getMessage(), e);
        }
    }

    /** Where it listens, on the loopback address. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Each piece of data takes that long more, in both directions; {@link #heal} ends it for what is on its way too. */
    public void delay(Duration time) {
        delay = time;
    }

    /** Connections stay, new ones are taken, and nothing comes through. */
    public void hang() {
        way = Way.SILENT;
    }

    /** Connections break, new ones break at once. */
    public void cut() {
        way = Way.CUT;
        open.forEach(FaultProxy::close);
    }

    /** All is well again; connections that hung are broken, so that nobody waits for what was lost. */
    public void heal() {
        boolean hung = way == Way.SILENT;
        way = Way.THROUGH;
        delay = Duration.ZERO;
        if (hung) {
            open.forEach(FaultProxy::close);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                open.add(client);
                Thread.ofVirtual().name("fault-proxy-in").start(() -> join(client));
            } catch (IOException e) {
                // closed: the loop ends
                close();
            }
        }
    }

    private void join(Socket client) {
        try (client;
                Socket server = new Socket()) {
            if (way == Way.CUT) {
                return;
            }
            server.connect(target);
            open.add(server);
            Thread back = Thread.ofVirtual().name("fault-proxy-back").start(() -> pump(server, client));
            pump(client, server);
            back.join();
        } catch (IOException e) {
            // the target is not there: the client sees its connection end, as without a proxy
            close(client);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                linger();
                if (way == Way.THROUGH) {
                    out.write(buffer, 0, n);
                    out.flush();
                }
            }
        } catch (IOException e) {
            // one side is gone: so is the other
            close(to);
        } finally {
            close(from);
            close(to);
            open.remove(from);
        }
    }

    /** As long as the delay says, or until there is another one. */
    private void linger() {
        Duration time = delay;
        long since = System.nanoTime();
        while (time.equals(delay) && !listener.isClosed() && System.nanoTime() - since < time.toNanos()) {
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it and all connections. */
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(FaultProxy::close);
    }
}
