package io.firn.compaction;

/** The seed of a random test: a new one in each run, printed, and taken from {@code -Dfirn.seed} to run one again. */
public final class Seeds {

    private Seeds() {}

    @SuppressWarnings("SystemOut")
    public static long seed(String test) {
        long seed = Long.getLong("firn.seed", System.nanoTime());
        System.out.println(test + " runs with -Dfirn.seed=" + seed);
        return seed;
    }
}
