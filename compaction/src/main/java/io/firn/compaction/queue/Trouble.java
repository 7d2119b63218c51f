package io.firn.compaction.queue;

import org.jspecify.annotations.Nullable;

/**
 * Why a queue's passes do not get on. Reads go on as before.
 *
 * @param kind whether an operator is needed
 * @param reason for people: file or offset, and what is wrong
 * @param offset queue offset of the record at fault, or -1
 * @param attempts passes that ended like this, in a row
 * @param retryAt when the next one is due, ms
 */
public record Trouble(Kind kind, String reason, long offset, int attempts, long retryAt) {

    private static final long FIRST_PAUSE_MS = 15_000;
    private static final int MOST_DOUBLINGS = 5;

    /** What kind of trouble. */
    public enum Kind {
        /** A record or file is damaged; it will not get better by itself. */
        BLOCKED,
        /** The disk refused; it may be better next time. */
        FAILED
    }

    /** The trouble after the one before it, if any; the pause grows to eight minutes. */
    static Trouble after(@Nullable Trouble before, Kind kind, String reason, long offset, long now) {
        int attempts = before == null ? 1 : before.attempts() + 1;
        long pause = FIRST_PAUSE_MS << Math.min(attempts - 1, MOST_DOUBLINGS);
        return new Trouble(kind, reason, offset, attempts, now + pause);
    }
}
