package io.firn.it.harness;

import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/** The seed of a random test: {@code -Dfirn.seed=…} repeats a run. Goes into every failure through {@link #toString}. */
public record Seed(long value) {

    public static Seed choose() {
        String given = System.getProperty("firn.seed", "");
        return new Seed(given.isBlank() ? ThreadLocalRandom.current().nextLong() : Long.parseLong(given.strip()));
    }

    public Random random() {
        return new Random(value);
    }

    @Override
    public String toString() {
        return "seed " + value + " (repeat with -Dfirn.seed=" + value + ")";
    }
}
