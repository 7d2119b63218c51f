package io.firn.broker.timer;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.runtime.ConfigView;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TimerConfigTest {

    @Test
    void storesAgainAfterTwoDaysUnlessToldOtherwise() {
        assertThat(config(Map.of()).windowMs()).isEqualTo(172_800_000);
        assertThat(config(Map.of("timerRollWindowSlot", "2")).windowMs()).isEqualTo(2_000);
    }

    @Test
    void hasNoWindowThatAnEntryCanNotTell() {
        long window = config(Map.of("timerPrecisionMs", "60000")).windowMs();

        assertThat(window).isLessThanOrEqualTo(Integer.MAX_VALUE).isGreaterThan(Integer.MAX_VALUE - 60_000);
        assertThat(window % 60_000).isZero();
    }

    private static TimerConfig config(Map<String, String> settings) {
        return TimerConfig.from(new ConfigView(settings), "b");
    }
}
