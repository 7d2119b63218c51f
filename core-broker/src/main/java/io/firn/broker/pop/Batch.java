package io.firn.broker.pop;

import java.util.Arrays;
import java.util.List;

/**
 * What one pop took from one queue. Guarded by its {@link PopQueue}, but for the identity, which is final.
 */
final class Batch {

    /** Identifies a batch within its queue, as receipt handles do. */
    record Key(long startOffset, long popTimeMs) {}

    /** What is known of it outside of memory. */
    enum Stage {
        /** Nothing. */
        REMEMBERED,
        /** It is being noted in the revive log, or is there but not yet on disk. */
        NOTING,
        /** It is in the revive log, on disk. */
        NOTED,
        /** It is due: its messages are being stored again. */
        REVIVING,
        /** Every message was acknowledged or stored again. */
        DONE
    }

    /** How long a note or the begin of a revival may take: what was lost on its way is asked for again then. */
    static final long LEASE_MS = 60_000;

    final Key key;
    final long invisibleMs;
    final int reviveQueue;
    /** Where the queue goes on behind it; −1 when it does not hold the queue's place: it was taken out of another. */
    final long next;

    private final long[] offsets;

    Stage stage = Stage.REMEMBERED;
    /** Whether the revive log has it, on disk, or had it: the committed offset may pass. */
    boolean isNoted;
    /** A bit for each offset: acknowledged, stored again, or in another batch. */
    int acked;
    /** Log position behind its note in the revive log; −1 while there is none. */
    long writtenTo = -1;
    /**
     * Log position behind all that its messages became that went on elsewhere: copies in the retry topic, notes of other
     * batches. It is not done before that is on disk.
     */
    long movedTo;
    /** Whether a revival has begun and did not end. */
    boolean underWay;
    /** Not before this time, ms since the epoch, is tried again what failed, or what never answered. */
    long notBeforeMs;

    Batch(Key key, long invisibleMs, int reviveQueue, long[] offsets, long next) {
        this.key = key;
        this.invisibleMs = invisibleMs;
        this.reviveQueue = reviveQueue;
        this.offsets = offsets;
        this.next = next;
    }

    int count() {
        return offsets.length;
    }

    long offset(int index) {
        return offsets[index];
    }

    long dueMs() {
        return key.popTimeMs + invisibleMs;
    }

    boolean isAcked(int index) {
        return (acked & 1 << index) != 0;
    }

    boolean isWholeAcked() {
        return Integer.bitCount(acked) == offsets.length;
    }

    /** Whether all is done, given how far the log is on disk. */
    boolean isFinished(long onDisk) {
        return isWholeAcked() && onDisk >= movedTo;
    }

    /** Whether the committed offset may go on behind it. */
    boolean isPassed() {
        return stage == Stage.DONE || isNoted;
    }

    /** Whether acknowledgements come too late: its messages are being stored again. */
    boolean isLate() {
        return stage == Stage.DONE || (stage == Stage.REVIVING && underWay);
    }

    /** Index of an offset; negative when the batch does not have it. */
    int indexOf(long offset) {
        return Arrays.binarySearch(offsets, offset);
    }

    /** A bit for each of these offsets that the batch has. */
    int bits(List<Long> some) {
        int bits = 0;
        for (long offset : some) {
            int index = indexOf(offset);
            bits |= index < 0 ? 0 : 1 << index;
        }
        return bits;
    }

    /** Its note is on its way to the revive log. */
    void noting(long nowMs) {
        stage = Stage.NOTING;
        writtenTo = -1;
        notBeforeMs = nowMs + LEASE_MS;
    }

    /** It is to be revived by whoever comes to it. */
    void reviving(long nowMs) {
        stage = Stage.REVIVING;
        notBeforeMs = nowMs + LEASE_MS;
    }
}
