package io.firn.spi.put;

import org.jspecify.annotations.Nullable;

/**
 * What a put hook says of a message. Immutable; any thread; {@link #ACCEPT} and {@link #MODIFIED} are constants, so that
 * saying yes allocates nothing.
 *
 * @since 1.0
 */
public final class Verdict {

    /** Store it; nothing was changed. */
    public static final Verdict ACCEPT = new Verdict(null, "accept");

    /** Store it as changed; hooks of {@link Phase#VALIDATE} look at it once more. */
    public static final Verdict MODIFIED = new Verdict(null, "modified");

    private final @Nullable RejectCode code;
    private final String remark;

    private Verdict(@Nullable RejectCode code, String remark) {
        this.code = code;
        this.remark = remark;
    }

    /**
     * Refuse it. For reasons that are always the same keep the verdict in a constant: refusing is a hot path too when a
     * sender does not stop.
     *
     * @param remark for the sender: what is wrong and what would be right; not blank
     * @throws IllegalArgumentException when the remark is blank
     * @since 1.0
     */
    public static Verdict reject(RejectCode code, String remark) {
        if (remark.isBlank()) {
            throw new IllegalArgumentException("a sender is told why: the remark is blank");
        }
        return new Verdict(code, remark);
    }

    /**
     * Whether the message is to be refused.
     *
     * @since 1.0
     */
    public boolean isReject() {
        return code != null;
    }

    /**
     * Why it is refused.
     *
     * @throws IllegalStateException when it is not
     * @since 1.0
     */
    public RejectCode code() {
        if (code == null) {
            throw new IllegalStateException("not a reject but " + remark);
        }
        return code;
    }

    /**
     * What the sender is told.
     *
     * @throws IllegalStateException when it is not refused
     * @since 1.0
     */
    public String remark() {
        if (code == null) {
            throw new IllegalStateException("not a reject but " + remark);
        }
        return remark;
    }

    @Override
    public String toString() {
        return code == null ? remark : code + ": " + remark;
    }
}
