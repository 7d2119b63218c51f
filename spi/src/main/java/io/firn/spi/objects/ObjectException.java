package io.firn.spi.objects;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An object could not be stored or read. The message names operation, object and cause.
 *
 * @since 1.0
 */
public final class ObjectException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * What the caller can do about it. May gain constants: treat one that is not known like {@link #PASSING}.
     *
     * @since 1.0
     */
    public enum Reason {
        /** No plugin keeps objects now. Said by the broker only. */
        UNAVAILABLE,
        /** Somebody has created this name before; what is there stays. */
        EXISTS,
        /** There is no object of this name. */
        MISSING,
        /** The storage has other bytes than were stored, or fewer than were asked for. */
        DAMAGED,
        /** The call was cancelled; whether it had its effect is not known. */
        CANCELLED,
        /** Time-out, load, a broken connection: the same call may work later; whether it had its effect is not known. */
        PASSING,
        /** Only an operator can help: credentials, permissions, a full disk. */
        REFUSED
    }

    private final Reason reason;

    /**
     * Says what is wrong.
     *
     * @param message operation, object, cause
     * @since 1.0
     */
    public ObjectException(Reason reason, String message) {
        this(reason, message, null);
    }

    /**
     * Says what is wrong, and what caused it.
     *
     * @param message operation, object, cause
     * @since 1.0
     */
    public ObjectException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /**
     * What the caller can do about it.
     *
     * @since 1.0
     */
    public Reason reason() {
        return reason;
    }
}
