package io.firn.spi.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "100, 100", "64MiB, 67108864", "64 mb, 67108864", "2k, 2048", "1TiB, 1099511627776"})
    void readsNumbersWithAndWithoutUnits(String text, long bytes) {
        assertThat(ByteSize.parse(text).toBytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MiB", "-1", "1.5GiB", "1PiB", "12 MiBs", "1k1"})
    void refusesWhatIsNotASize(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a size");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775808", "8388608TiB"})
    void refusesWhatIsTooLarge(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text)).hasMessageContaining("too large");
    }

    @Test
    void writesTheLargestUnitThatGivesAWholeNumber() {
        assertThat(ByteSize.ofMebibytes(64)).hasToString("64MiB");
        assertThat(new ByteSize(1025)).hasToString("1025");
        assertThat(new ByteSize(0)).hasToString("0");
        assertThat(ByteSize.parse(ByteSize.ofMebibytes(3072).toString())).isEqualTo(ByteSize.ofMebibytes(3072));
    }

    @Test
    void refusesNegativeSizes() {
        assertThatThrownBy(() -> new ByteSize(-1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> ByteSize.ofMebibytes(-1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> ByteSize.ofMebibytes(Long.MAX_VALUE)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void fitsABufferOrThrows() {
        assertThat(ByteSize.ofMebibytes(1).toIntBytes()).isEqualTo(1 << 20);
        assertThatThrownBy(() -> ByteSize.ofMebibytes(4096).toIntBytes()).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void comparesByBytes() {
        assertThat(ByteSize.parse("1KiB"))
                .isEqualByComparingTo(new ByteSize(1024))
                .isLessThan(new ByteSize(1025));
    }
}
