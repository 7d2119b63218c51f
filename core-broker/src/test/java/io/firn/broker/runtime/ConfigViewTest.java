package io.firn.broker.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigViewTest {

    @Test
    void readsValuesAndDefaults() {
        ConfigView view = new ConfigView(Map.of("a", " 7 ", "b", "true", "c", "64MiB", "d", "seconds"));
        assertThat(view.integer("a", 1, 0, 10, "")).isEqualTo(7);
        assertThat(view.flag("b", false, "")).isTrue();
        assertThat(view.bytes("c", new ByteSize(1), new ByteSize(0), ByteSize.ofMebibytes(64), "")
                        .toBytes())
                .isEqualTo(64L << 20);
        assertThat(view.choice("d", TimeUnit.DAYS, "")).isEqualTo(TimeUnit.SECONDS);
        assertThat(view.millis("missing", 250, 0, 1000, "")).isEqualTo(Duration.ofMillis(250));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "", "11", "-1", "1.5", "99999999999999999999"})
    void namesKeyValueAndRangeOfABadValue(String value) {
        ConfigView view = new ConfigView(Map.of("retries", value));
        assertThatThrownBy(() -> view.integer("retries", 1, 0, 10, ""))
                .isInstanceOf(ConfigException.class)
                .hasMessage("configuration retries=" + value + ": expected integer 0..10");
    }

    @Test
    void tellsWhichKeysNobodyRead() {
        ConfigView view = new ConfigView(Map.of("known", "1", "unknown", "2"));
        assertThat(view.integer("known", 0, 0, 9, "A number.")).isEqualTo(1);
        assertThat(view.unread()).containsExactly("unknown");
        assertThat(view.declared()).containsExactly(new ConfigKey("known", "integer 0..9", "0", "A number."));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1024,1024", "1KiB,1024", "64m,67108864", "1 GB,1073741824", "2TiB,2199023255552"})
    void readsSizes(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
        assertThat(ByteSize.parse(ByteSize.parse(text).toString())).isEqualTo(new ByteSize(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "KiB", "-1", "1x", "1 KiBs", "9999999999GiB", "99999999999999999999"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
