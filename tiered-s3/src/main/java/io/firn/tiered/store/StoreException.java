package io.firn.tiered.store;

import org.jspecify.annotations.Nullable;

/**
 * What can go wrong with a store, by what the caller does about it. The message names operation, key and cause, so it
 * can be logged as it is. Made only by the back ends; see {@code S3Errors} for the S3 table.
 */
public abstract sealed class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Time-out, reset, 5xx, 429, 409: the same call may succeed later; its effect is unknown. */
    public static final class Retryable extends StoreException {
        private static final long serialVersionUID = 1L;

        /** Whether the store asked for less load. */
        public enum Cause {
            /** 503 SlowDown, 429: halve the rate. */
            THROTTLED,
            /** Everything else that passes. */
            TRANSIENT
        }

        private final Cause reason;

        public Retryable(String message, Cause reason, @Nullable Throwable cause) {
            super(message, cause);
            this.reason = reason;
        }

        /** Whether the store asked for less load. */
        public Cause reason() {
            return reason;
        }
    }

    /** Somebody else created this key first. Never thrown for the caller's own earlier, unanswered write. */
    public static final class Fenced extends StoreException {
        private static final long serialVersionUID = 1L;

        public Fenced(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** No such object or upload (the bucket itself missing is {@link Fatal}). */
    public static final class Missing extends StoreException {
        private static final long serialVersionUID = 1L;

        public Missing(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The store holds or sent other bytes than were written, or fewer. */
    public static final class Corrupt extends StoreException {
        private static final long serialVersionUID = 1L;

        public Corrupt(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The caller's {@link CancelToken} was cancelled; the effect is unknown. */
    public static final class Cancelled extends StoreException {
        private static final long serialVersionUID = 1L;

        public Cancelled(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Nothing but an operator's change will help: credentials, permission, no bucket, unknown key id, full disk. */
    public static final class Fatal extends StoreException {
        private static final long serialVersionUID = 1L;

        public Fatal(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
