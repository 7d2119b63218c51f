package io.firn.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.config.ConfigException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TopicNamesTest {

    @Test
    void keepsNamesUnlessToldOtherwise() {
        assertThat(TopicNames.of(List.of()).of("orders")).isEqualTo("orders");
    }

    @Test
    void renamesOneTopicAndAllOthers() {
        TopicNames names = TopicNames.of(List.of("orders:orders-copy", "*:dc1_*"));

        assertThat(names.of("orders")).isEqualTo("orders-copy");
        assertThat(names.of("stock")).isEqualTo("dc1_stock");
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders", "orders:", ":copy", "a:b:c", "*:copy", "orders:dc 1", "orders:dc_*", "a*:b"})
    void saysWhatARenamingLooksLike(String entry) {
        assertThatThrownBy(() -> TopicNames.of(List.of(entry)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'" + entry + "'")
                .hasMessageContaining("topic:name-there");
    }

    @Test
    void refusesToMakeOneTopicOfTwo() {
        assertThatThrownBy(() -> TopicNames.of(List.of("a:c", "b:c")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("two topics become one");
    }
}
