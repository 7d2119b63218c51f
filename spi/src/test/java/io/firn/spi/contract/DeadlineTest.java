package io.firn.spi.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class DeadlineTest {

    /** Near the point where nanosecond clocks overflow: they are compared by difference. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);

    @Test
    void passesWhenItsTimeIsOver() {
        Deadline deadline = Deadline.after(Duration.ofNanos(100), nanos::get);
        assertThat(deadline.remainingNs()).isEqualTo(100);
        assertThat(deadline.isExpired()).isFalse();
        nanos.addAndGet(99);
        assertThat(deadline.remaining()).isEqualTo(Duration.ofNanos(1));
        nanos.addAndGet(1);
        assertThat(deadline.isExpired()).isTrue();
        nanos.addAndGet(1000);
        assertThat(deadline.remaining()).isZero();
    }

    @Test
    void hasPassedWhenTheTimeoutIsNegative() {
        assertThat(Deadline.after(Duration.ofSeconds(-1), nanos::get).isExpired())
                .isTrue();
    }

    @Test
    void doesNotOverflow() {
        Deadline forever = Deadline.after(Duration.ofSeconds(Long.MAX_VALUE), nanos::get);
        assertThat(forever.remaining()).isGreaterThan(Duration.ofDays(365 * 70));
        assertThat(forever.atMost(Duration.ofSeconds(Long.MAX_VALUE)).isExpired())
                .isFalse();
    }

    @Test
    void isCutButNeverMadeLonger() {
        Deadline deadline = Deadline.after(Duration.ofNanos(100), nanos::get);
        assertThat(deadline.atMost(Duration.ofNanos(30)).remainingNs()).isEqualTo(30);
        assertThat(deadline.atMost(Duration.ofNanos(300))).isSameAs(deadline);
    }
}
