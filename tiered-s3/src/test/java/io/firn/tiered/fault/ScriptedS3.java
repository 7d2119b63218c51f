package io.firn.tiered.fault;

import io.firn.tiered.store.RequestKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The fault server: one bucket on a free loopback port. Reset, short or stalled answers are no errors to it. Thread
 * safe; closing it closes every connection.
 */
public final class ScriptedS3 implements AutoCloseable {
    /** The bucket it serves. */
    public static final String BUCKET = "scripted";

    private final ServerSocket listener;
    private final BucketState bucket = new BucketState();
    private final S3Semantics semantics = new S3Semantics(BUCKET, bucket);
    private final RequestLog log = new RequestLog();
    private final AtomicLong requests = new AtomicLong();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile FaultScript script;

    private ScriptedS3(ServerSocket listener, FaultScript script) {
        this.listener = listener;
        this.script = script;
    }

    /** Starts a server with an empty bucket. */
    public static ScriptedS3 start(FaultScript script) {
        try {
            ScriptedS3 server = new ScriptedS3(new ServerSocket(0, 512, InetAddress.getLoopbackAddress()), script);
            Thread.ofPlatform().daemon().name("scripted-s3").start(server::accept);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Base address, without the bucket. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** The objects, to look at and to damage. */
    public BucketState bucket() {
        return bucket;
    }

    /** Every request so far. */
    public RequestLog log() {
        return log;
    }

    /** From the next request on. */
    public void follow(FaultScript next) {
        script = next;
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    S3Semantics semantics() {
        return semantics;
    }

    List<Fault> faults(RequestKind kind, String key, int bodyBytes) {
        return script.faults(new FaultScript.Facts(requests.incrementAndGet(), kind, key, bodyBytes));
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            new FaultyConnection(socket, this).serve();
        } catch (IOException clientWentAway) {
            open.remove(socket);
        } finally {
            open.remove(socket);
        }
    }
}
