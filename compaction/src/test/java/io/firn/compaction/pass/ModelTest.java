package io.firn.compaction.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.compaction.Seeds;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The queue against an oracle, with crashes. */
final class ModelTest {

    private static final int STEPS_PER_RUN = 5_000;

    /** 100,000 steps; ten million with {@code -Pcompaction-long}. */
    @Test
    void doesWhatTheOracleDoesThroughCrashesAndRestarts() throws IOException {
        long seed = Seeds.seed("doesWhatTheOracleDoesThroughCrashesAndRestarts");
        long steps = Long.getLong("firn.compaction.steps", 100_000);
        long crashes = 0;
        long failures = 0;
        long passes = 0;
        for (long run = 0; run < steps / STEPS_PER_RUN; run++) {
            try (Model model = new Model(seed + run, 1 + new Random(seed + run).nextInt(60))) {
                for (int i = 0; i < STEPS_PER_RUN; i++) {
                    model.step();
                }
                crashes += model.crashes;
                failures += model.failures;
                passes += model.passes;
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("with -Dfirn.seed=" + (seed + run), e);
            }
        }
        assertThat(crashes).isPositive();
        assertThat(failures).isPositive();
        assertThat(passes).isPositive();
    }

    /** A pass that does everything, with the power going before its first step, its second, and so on. */
    @Test
    void everyStepOfAPassMayBeTheLast() throws IOException {
        long seed = Seeds.seed("everyStepOfAPassMayBeTheLast");
        for (int luck = 0; luck < 8; luck++) {
            int steps = 0;
            boolean crashed = true;
            while (crashed) {
                try (Model model = prepared(seed + luck)) {
                    crashed = model.crashAt(steps++);
                    model.append(3);
                    model.pass();
                    model.reopen();
                }
            }
            assertThat(steps).isGreaterThan(20);
        }
    }

    /** Older segments with dead records and due tombstones, some to be rewritten, and a tail. */
    private static Model prepared(long seed) throws IOException {
        Model model = new Model(seed, 12);
        for (int i = 0; i < 3; i++) {
            model.append(10);
            model.bench().clock.advance(Duration.ofMinutes(25));
            model.pass();
        }
        model.append(30);
        model.bench().clock.advance(Duration.ofMinutes(50));
        return model;
    }
}
