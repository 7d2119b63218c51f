package io.firn.tiered.format;

import org.jspecify.annotations.Nullable;

/** Bytes that are not what the format says. The message names the part, the place and what was found there. */
public final class FormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The part of the object (or of the slice) that is broken. */
    public enum Part {
        SLICE,
        HEADER,
        FOOTER,
        FRAME,
        SECTION,
        REBUILD
    }

    private final Part part;

    public FormatException(Part part, String message) {
        this(part, message, null);
    }

    public FormatException(Part part, String message, @Nullable Throwable cause) {
        super(part + ": " + message, cause);
        this.part = part;
    }

    /** Which part is broken. */
    public Part part() {
        return part;
    }
}
