package io.firn.tiered.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.RequestMeter;
import io.firn.tiered.store.StoreException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is done when the disk fills. A wait of uploads shows by a cancelled token: it ends there. */
final class DiskLadderTest {
    private static final int MUCH = 1 << 30;
    private static final int SLOW = 1 << 20;

    private final AtomicLong nanos = new AtomicLong();
    private final DiskLadder ladder = new DiskLadder(nanos::get);
    private final CancelToken cancelled = new CancelToken();

    DiskLadderTest() {
        cancelled.cancel();
    }

    @Test
    void standsWhereItWasToldForAMinute() {
        assertThat(ladder.step()).isEqualTo(DiskLadder.Step.CALM);
        ladder.told(0.76);
        assertThat(ladder.step()).isEqualTo(DiskLadder.Step.HURRY);
        ladder.told(0.80);
        assertThat(ladder.step()).isEqualTo(DiskLadder.Step.FREE);
        nanos.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThat(ladder.step()).isEqualTo(DiskLadder.Step.FREE);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(ladder.step()).isEqualTo(DiskLadder.Step.CALM);
    }

    @Test
    void uploadsWaitForTheirPaceUntilTheDiskFills() {
        UploadPace pace = new UploadPace(new RequestMeter(), nanos::get, 0, ladder);
        assertThatThrownBy(() -> pace.before(MUCH, cancelled)).isInstanceOf(StoreException.Cancelled.class);
        ladder.told(0.76);
        assertThatCode(() -> pace.before(MUCH, cancelled)).doesNotThrowAnyException();
    }

    @Test
    void theRateOfAnOperatorHoldsUpToEightyPercent() {
        UploadPace pace = new UploadPace(new RequestMeter(), nanos::get, SLOW, ladder);
        ladder.told(0.79);
        assertThatThrownBy(() -> pace.before(MUCH, cancelled)).isInstanceOf(StoreException.Cancelled.class);
        ladder.told(0.80);
        assertThatCode(() -> pace.before(MUCH, cancelled)).doesNotThrowAnyException();
    }
}
