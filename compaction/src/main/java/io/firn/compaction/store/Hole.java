package io.firn.compaction.store;

/**
 * Offsets an operator gave up because their records cannot be read.
 *
 * @param from first offset of the hole
 * @param until offset after the hole
 */
public record Hole(long from, long until) {

    /** Whether an offset lies in the hole. */
    public boolean contains(long offset) {
        return offset >= from && offset < until;
    }
}
