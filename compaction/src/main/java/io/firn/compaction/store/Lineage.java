package io.firn.compaction.store;

/**
 * Where a generation comes from.
 *
 * @param generation its number, higher than all before
 * @param previous number of the one it replaced, 0 for none
 * @param createdAt when it was committed, ms; never falls, whatever the clock does
 * @param seed0 first word of the seed of the queue's key hashes
 * @param seed1 second word of it
 */
public record Lineage(long generation, long previous, long createdAt, long seed0, long seed1) {

    /** The next generation of the same queue. */
    public Lineage next(long number, long now) {
        return new Lineage(number, generation, Math.max(createdAt, now), seed0, seed1);
    }
}
