package io.firn.compaction;

/** The seed of a random test: printed, and taken from {@code -Dfirn.seed} to run one again; a new
 * one with {@code -Dfirn.long=true}. */
public final class Seeds {

    private Seeds() {}

    @SuppressWarnings("SystemOut")
    public static long seed(String test) {
        long seed = Long.getLong("firn.seed", Boolean.getBoolean("firn.long") ? System.nanoTime() : 20_261_123);
        System.out.println(test + " runs with -Dfirn.seed=" + seed);
        return seed;
    }
}
