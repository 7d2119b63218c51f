package io.firn.broker.server;

/** A port cannot be served; the message names address, port, cause and the setting to change. */
public final class BindException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** For whoever binds a port outside this room; the message names address, port, cause and the setting. */
    public BindException(String message, Throwable cause) {
        super(message, cause);
    }
}
