package io.firn.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.firn.broker.admin.Traffic.Counter;
import io.firn.broker.group.Deliveries;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.ManualClock;
import io.firn.broker.runtime.TaskAgent;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rates and daily totals, from samples taken now and then. */
final class TrafficTest {

    private final AtomicLong messages = new AtomicLong();
    private final ManualClock clock = new ManualClock(LocalDateTime.of(2026, 3, 10, 12, 0)
            .atZone(ZoneId.systemDefault())
            .toInstant()
            .toEpochMilli());
    private final TaskAgent housekeeper =
            TaskAgent.start("test-housekeeper", 10, Clock.system(), (component, cause) -> {
                throw new AssertionError(cause);
            });
    private final Deliveries deliveries = new Deliveries();
    private final Traffic traffic = Traffic.open(
            new TrafficCounters(messages::get, () -> 0, () -> 0, () -> 0, () -> 0), deliveries, clock, housekeeper);

    @AfterEach
    void close() {
        traffic.close();
        housekeeper.close();
    }

    private void pass(Duration time, long perSecond) {
        for (long left = time.toSeconds(); left > 0; left -= 10) {
            messages.addAndGet(perSecond * 10);
            clock.advance(Duration.ofSeconds(10));
            traffic.sample();
        }
    }

    @Test
    void isSilentBeforeAnythingWasCounted() {
        assertThat(traffic.perSecond(Counter.PUT_MESSAGES, Duration.ofMinutes(1)))
                .isZero();
        assertThat(traffic.totalAtMidnight(Counter.PUT_MESSAGES, 0)).isZero();
    }

    @Test
    void showsTheRateOfEachWindow() {
        pass(Duration.ofMinutes(9), 10);
        pass(Duration.ofMinutes(1), 100);

        assertThat(traffic.perSecond(Counter.PUT_MESSAGES, Duration.ofSeconds(10)))
                .isEqualTo(100);
        assertThat(traffic.perSecond(Counter.PUT_MESSAGES, Duration.ofMinutes(1)))
                .isEqualTo(100);
        assertThat(traffic.perSecond(Counter.PUT_MESSAGES, Duration.ofMinutes(10)))
                .isEqualTo(19);
    }

    @Test
    void countsABurstAfterALongSilenceAtItsTime() {
        pass(Duration.ofMinutes(1), 10);
        pass(Duration.ofHours(3), 0);
        messages.addAndGet(50);

        assertThat(traffic.counted(Counter.PUT_MESSAGES, Duration.ofSeconds(10)))
                .isEqualTo(50);
        assertThat(traffic.counted(Counter.PUT_MESSAGES, Duration.ofMinutes(10)))
                .isEqualTo(50);
        assertThat(traffic.counted(Counter.PUT_MESSAGES, Duration.ofDays(1))).isEqualTo(650);
    }

    @Test
    void dividesByItsAgeWhenItIsYoung() {
        messages.addAndGet(40);
        clock.advance(Duration.ofSeconds(4));

        assertThat(traffic.perSecond(Counter.PUT_MESSAGES, Duration.ofMinutes(10)))
                .isEqualTo(10);
    }

    @Test
    void remembersTheTotalsOfTwoMidnights() {
        pass(Duration.ofHours(12), 1);
        pass(Duration.ofHours(24), 2);
        pass(Duration.ofHours(6), 1);

        assertThat(traffic.total(Counter.PUT_MESSAGES)).isEqualTo(43_200 + 172_800 + 21_600);
        assertThat(traffic.totalAtMidnight(Counter.PUT_MESSAGES, 0)).isCloseTo(43_200 + 172_800, within(5L));
        assertThat(traffic.totalAtMidnight(Counter.PUT_MESSAGES, 1)).isCloseTo(43_200, within(5L));
        assertThat(traffic.totalAtMidnight(Counter.PUT_MESSAGES, 2)).isZero();
    }
}
