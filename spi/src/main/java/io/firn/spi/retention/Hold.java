package io.firn.spi.retention;

import java.time.Instant;

/**
 * A hook's answer: the segment may go, or it is needed until further notice. Immutable; any thread.
 *
 * @since 1.0
 */
public final class Hold {

    /** It may go. */
    public static final Hold NONE = new Hold(Instant.MIN, "");

    private final Instant recheck;
    private final String reason;

    private Hold(Instant recheck, String reason) {
        this.recheck = recheck;
        this.reason = reason;
    }

    /**
     * It is needed; ask again not before {@code recheck}. Nothing is deleted without asking, however late that is.
     *
     * @param reason for operators, shown beside the bytes held; not blank, without numbers that change: it is a label
     * @throws IllegalArgumentException when the reason is blank
     * @since 1.0
     */
    public static Hold until(Instant recheck, String reason) {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("a hold says why: the reason is blank");
        }
        return new Hold(recheck, reason);
    }

    /**
     * Whether the segment is needed.
     *
     * @since 1.0
     */
    public boolean isHeld() {
        return this != NONE;
    }

    /**
     * When to ask again.
     *
     * @throws IllegalStateException when nothing is held
     * @since 1.0
     */
    public Instant recheck() {
        requireHeld();
        return recheck;
    }

    /**
     * Why it is needed.
     *
     * @throws IllegalStateException when nothing is held
     * @since 1.0
     */
    public String reason() {
        requireHeld();
        return reason;
    }

    private void requireHeld() {
        if (!isHeld()) {
            throw new IllegalStateException("nothing is held");
        }
    }

    @Override
    public String toString() {
        return isHeld() ? "held until " + recheck + ": " + reason : "no hold";
    }
}
