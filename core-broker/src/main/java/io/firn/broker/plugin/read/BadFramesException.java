package io.firn.broker.plugin.read;

/** A plugin gave what is not what was asked for; the message says what is wrong. */
final class BadFramesException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BadFramesException(String message) {
        super(message);
    }
}
