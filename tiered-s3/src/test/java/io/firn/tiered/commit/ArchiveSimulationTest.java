package io.firn.tiered.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.tiered.store.CancelToken;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Seeded crash schedules over a simulated store. {@code -Dfirn.sim.schedules=100000} runs many,
 * {@code -Dfirn.seed=N -Dfirn.sim.schedules=1} repeats one.
 */
final class ArchiveSimulationTest {
    private static final int SCHEDULES = Integer.getInteger("firn.sim.schedules", 2000);
    private static final long SEED = Long.getLong("firn.seed", 1);
    private static final int STEPS = 300;

    @Test
    void keepsItsInvariantsInEverySchedule() {
        for (long seed = SEED; seed < SEED + SCHEDULES; seed++) {
            ArchiveSimulation simulation = new ArchiveSimulation(seed, BoundarySeries::new);
            assertThatCode(() -> simulation.run(STEPS))
                    .as("-Dfirn.seed=%d -Dfirn.sim.schedules=1", seed)
                    .doesNotThrowAnyException();
        }
    }

    /** A number that was read, deleted, and taken again by a stalled writer while the log was being read. */
    @Test
    void aVoidRecordInAReadersWayIsNotTakenForDamage() {
        ArchiveSimulation simulation = new ArchiveSimulation(4910, BoundarySeries::new);
        assertThatCode(() -> simulation.run(STEPS)).doesNotThrowAnyException();
    }

    @Test
    void withoutTheBoundaryCheckAStalledWriterReusesADeletedNumber() {
        assertThatThrownBy(() -> {
                    for (long seed = SEED; seed < SEED + 2000; seed++) {
                        new ArchiveSimulation(seed, Blind::new).run(STEPS);
                    }
                })
                .as("seeds from %s".formatted(String.format(Locale.ROOT, "%d", SEED)))
                .isInstanceOf(AssertionError.class)
                .hasMessageMatching("(?s)I6: .*");
    }

    @Test
    void deletingBeforeTheDropIsCommittedLeavesADanglingReference() {
        assertThatThrownBy(() -> {
                    for (long seed = SEED; seed < SEED + 2000; seed++) {
                        new ArchiveSimulation(seed, BoundarySeries::new, ArchiveSimulation.Order.DELETE_FIRST)
                                .run(STEPS);
                    }
                })
                .as("seeds from %d", SEED)
                .isInstanceOf(AssertionError.class)
                .hasMessageMatching("(?s)I4: .*");
    }

    @Test
    void theSameSeedIsTheSameRun() {
        SimStore[] stores = new SimStore[2];
        for (int i = 0; i < 2; i++) {
            int run = i;
            new ArchiveSimulation(SEED, (store, keys) -> {
                        stores[run] = store;
                        return new BoundarySeries(store, keys);
                    })
                    .run(STEPS);
        }
        assertThat(stores[0].keys("")).isNotEmpty().isEqualTo(stores[1].keys(""));
    }

    /** The mutation: a writer that does not look at the boundary after its create. */
    private static final class Blind extends BoundarySeries {
        Blind(SimStore store, ArchiveKeys keys) {
            super(store, keys);
        }

        @Override
        long afterCreate(CancelToken cancel) {
            return 0;
        }
    }
}
