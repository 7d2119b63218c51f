package io.firn.bench;

/** A run that cannot go on: names what failed, where, and what to do. Shown as one line, without a stack. */
final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BenchException(String message) {
        super(message);
    }

    BenchException(String message, Throwable cause) {
        super(message + ": " + describe(cause), cause);
    }

    private static String describe(Throwable failure) {
        if (failure instanceof BenchException) {
            return String.valueOf(failure.getMessage());
        }
        Throwable cause = failure.getCause();
        return cause == null ? failure.toString() : describe(cause);
    }
}
