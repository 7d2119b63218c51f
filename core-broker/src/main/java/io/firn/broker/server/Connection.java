package io.firn.broker.server;

import io.firn.broker.record.HostAddress;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.RemotingCommand;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * One socket to a peer, whichever side opened it. All methods may be called from any thread and none blocks. Callbacks
 * and futures run on the connection's io thread and must not block either.
 */
public interface Connection {

    InetSocketAddress remoteAddress();

    InetSocketAddress localAddress();

    /** The peer's address as stored messages carry it. */
    HostAddress bornHost();

    /**
     * The right to answer this request later, to be used exactly once. Take it before the handler returns
     * {@link Reply#LATER}; it keeps nothing of the command.
     */
    Responder responder(RemotingCommand request);

    /** Runs the task on this connection's io thread; dropped when that thread has ended. */
    void execute(Runnable task);

    /** Sends a one-way request; dropped when the connection is closed. */
    void notify(int requestCode, HeaderFields header, byte[] body);

    /**
     * Sends a request and completes with an owned copy of its answer. Fails with {@link CallException} when no answer
     * came in time or the connection closed.
     */
    CompletableFuture<RemotingCommand> call(int requestCode, HeaderFields header, byte[] body, Duration timeout);

    boolean isOpen();

    /** Closes the socket, now. What was not sent is dropped, its bodies are closed. The reason goes to the log. */
    void close(String reason);

    /** Runs the task once on the io thread when the connection is closed, at once when it already is. */
    void onClose(Runnable task);

    /** How many requests of this connection are not answered yet. */
    int pendingReplies();
}
