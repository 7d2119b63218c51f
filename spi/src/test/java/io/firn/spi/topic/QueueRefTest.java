package io.firn.spi.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class QueueRefTest {

    @Test
    void isEqualByTopicAndId() {
        assertThat(new QueueRef("orders", 3))
                .isEqualTo(new QueueRef("orders", 3))
                .hasToString("orders/3");
        assertThat(new QueueRef("orders", 3)).isNotEqualTo(new QueueRef("orders", 4));
    }

    @Test
    void refusesBlankTopicsAndNegativeIds() {
        assertThatThrownBy(() -> new QueueRef(" ", 0)).hasMessageContaining("blank");
        assertThatThrownBy(() -> new QueueRef("orders", -1))
                .hasMessageContaining("-1")
                .hasMessageContaining("orders");
    }
}
