package io.firn.bench;

/** A run that cannot go on: names what failed, where, and what to do. Shown as one line, without a stack. */
final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BenchException(String message) {
        super(message);
    }

    BenchException(String message, Throwable cause) {
        super(message + " (" + cause + ")", cause);
    }
}
