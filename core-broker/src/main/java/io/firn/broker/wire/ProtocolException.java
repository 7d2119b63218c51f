package io.firn.broker.wire;

import java.util.Locale;

/**
 * Bytes that are no frame of this protocol. The stream cannot be trusted after it: the connection is closed and
 * {@link #reason()} is counted. Carries no stack trace, since a hostile peer decides how often it is thrown.
 */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    ProtocolException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** Why the bytes were refused; few enough to be a metric label. */
    public Reason reason() {
        return reason;
    }

    /** The kinds of broken frames. */
    public enum Reason {
        /** A length field below what the frame must hold. */
        FRAME_TOO_SHORT,
        /** A frame above {@link FrameDecoder#FRAME_LIMIT_BYTES}. */
        FRAME_TOO_LONG,
        /** A header that would reach beyond its frame. */
        HEADER_LENGTH,
        /** A header encoding that is neither JSON nor ROCKETMQ. */
        SERIALIZE_TYPE,
        /** A header that is not JSON, or not the fields of the ROCKETMQ encoding. */
        HEADER_SYNTAX,
        /** A well-formed header whose value has the wrong type or range. */
        HEADER_VALUE,
        /** More ext fields, or deeper nesting, than any client sends. */
        HEADER_LIMIT;

        /** The name as it appears in metrics, for example {@code frame_too_long}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
