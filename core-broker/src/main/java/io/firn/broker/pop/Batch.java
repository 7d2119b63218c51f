package io.firn.broker.pop;

import java.util.Arrays;

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

    final Key key;
    final long invisibleMs;
    final int reviveQueue;
    /** Where the queue goes on behind it; −1 when it does not hold the queue's place: it was taken out of another. */
    final long next;

    private final long[] offsets;

    Stage stage = Stage.REMEMBERED;
    /** Whether the revive log has it, or had it. */
    boolean isNoted;
    /** A bit for each offset: acknowledged. */
    int acked;
    /** Log position behind what {@link Stage#NOTING} or {@link Stage#REVIVING} wrote; −1 while it is being written. */
    long writtenTo = -1;
    /** Not before this time, ms since the epoch, is tried again what failed. */
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

    /** Marks an offset as acknowledged; false when the batch does not have it. */
    boolean ack(long offset) {
        int index = Arrays.binarySearch(offsets, offset);
        if (index < 0) {
            return false;
        }
        acked |= 1 << index;
        return true;
    }
}
