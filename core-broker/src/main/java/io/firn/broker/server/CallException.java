package io.firn.broker.server;

/**
 * A request of ours that got no answer. Expected in a network and frequent when a peer is down: it carries no stack
 * trace, the message names peer, request and cause.
 */
public final class CallException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Failure failure;

    CallException(Failure failure, String message) {
        super(message, null, false, false);
        this.failure = failure;
    }

    /** What happened; decides whether another try makes sense. */
    public Failure failure() {
        return failure;
    }

    /** The ways to get no answer. */
    public enum Failure {
        /** The address is malformed or its host name is unknown. */
        ADDRESS,
        /** No connection could be made; nothing was sent. */
        CONNECT,
        /** Sent, but not answered in time. */
        TIMEOUT,
        /** The connection closed before the answer came. */
        CLOSED
    }
}
