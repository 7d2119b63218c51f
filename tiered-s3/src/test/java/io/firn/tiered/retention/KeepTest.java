package io.firn.tiered.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KeepTest {
    @ParameterizedTest
    @CsvSource({"7d,PT168H", "36h,PT36H", "90m,PT90M", "3600s,PT1H", "60000ms,PT1M", "' 1D ',PT24H"})
    void readsNumbersWithUnits(String text, Duration expected) {
        assertThat(Keep.parse(text)).isEqualTo(expected.toMillis());
    }

    @Test
    void readsForever() {
        assertThat(Keep.parse("forever")).isEqualTo(Keep.FOREVER);
        assertThat(Keep.isOver(0, Keep.FOREVER, Long.MAX_VALUE)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "d", "-1d", "1.5h", "7 d", "59s", "0d", "1y", "99999999999999d"})
    void refusesOtherTextsAndNamesThem(String text) {
        assertThatThrownBy(() -> Keep.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("such as 7d");
    }

    @ParameterizedTest
    @CsvSource({"1h,1d", "1d,1d", "25h,3d", "3d,3d", "7d,7d", "8d,30d", "31d,forever", "forever,forever"})
    void aClassIsNotShorterThanWhatGoesIntoIt(String keep, String expected) {
        assertThat(Keep.classOf(Keep.parse(keep))).isEqualTo(expected);
        assertThat(Keep.ofClass(expected)).isGreaterThanOrEqualTo(Keep.parse(keep));
    }

    @Test
    void objectsFromBeforeThereWereClassesAreKept() {
        assertThat(Keep.ofClass("all")).isEqualTo(Keep.FOREVER);
    }
}
