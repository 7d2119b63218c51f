package io.firn.broker.runtime;

/** Overload, told to the client as SYSTEM_BUSY. Carries no stack trace: it is an answer, not a failure. */
public final class BusyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BusyException(String message) {
        super(message, null, false, false);
    }
}
