package io.firn.broker.runtime;

/** Overload, told to the client as SYSTEM_BUSY. Carries no stack trace: it is an answer, not a failure. */
public final class BusyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Why why;

    /** What there is too much of. */
    public enum Why {
        /** A bounded place is full. */
        FULL,
        /** The disk holds an append up, and all that would follow. */
        STORE_STUCK,
        /** The request waited longer than its kind may. */
        WAITED
    }

    public BusyException(String message) {
        this(Why.FULL, message);
    }

    public BusyException(Why why, String message) {
        super(message, null, false, false);
        this.why = why;
    }

    public Why why() {
        return why;
    }
}
