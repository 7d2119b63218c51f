package io.firn.broker.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "Orders_2-x", "ns%topic", "a|b", "%RETRY%group", "%LMQ%x"})
    void takesLettersDigitsAndAFewSigns(String name) {
        assertThatCode(() -> TopicName.validate(name)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "..", "a@b", "ü", "a\n", "a.b"})
    void refusesAnythingElseAsAnInvalidParameter(String name) {
        assertThatThrownBy(() -> TopicName.validate(name))
                .isInstanceOfSatisfying(
                        RequestException.class, e -> assertThat(e.code()).isEqualTo(ResponseCode.INVALID_PARAMETER))
                .hasMessageContaining("topic name");
    }

    @Test
    void limitsOrdinaryNamesMoreThanDerivedOnes() {
        String longest = "t".repeat(TopicName.MAX_LENGTH);
        assertThatCode(() -> TopicName.validate(longest)).doesNotThrowAnyException();
        assertThatThrownBy(() -> TopicName.validate(longest + "t")).hasMessageContaining("128");
        assertThatCode(() -> TopicName.validate("%RETRY%" + longest)).doesNotThrowAnyException();
        assertThatCode(() -> TopicName.validate("%DLQ%" + longest)).doesNotThrowAnyException();
        assertThatThrownBy(() -> TopicName.validate("%DLQ%" + "g".repeat(251))).hasMessageContaining("255");
    }

    @Test
    void knowsTheBrokersOwnNames() {
        assertThat(TopicName.isSystem("TBW102")).isTrue();
        assertThat(TopicName.isSystem("rmq_sys_anything")).isTrue();
        assertThat(TopicName.isSystem("Orders")).isFalse();
        assertThat(TopicName.isOpenToProducers("SCHEDULE_TOPIC_XXXX")).isFalse();
        assertThat(TopicName.isOpenToProducers("RMQ_SYS_TRACE_TOPIC")).isTrue();
        assertThat(TopicName.isOpenToProducers("TBW102")).isTrue();
    }
}
