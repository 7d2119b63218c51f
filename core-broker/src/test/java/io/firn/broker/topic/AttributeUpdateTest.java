package io.firn.broker.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttributeUpdateTest {

    @Test
    void readsTheHeaderForm() {
        assertThat(AttributeUpdate.parse("+message.type=FIFO,-reserve.time"))
                .isEqualTo(new AttributeUpdate(Map.of("message.type", "FIFO"), Set.of("reserve.time")));
        assertThat(AttributeUpdate.parse("")).isSameAs(AttributeUpdate.NONE);
        assertThat(AttributeUpdate.parse(null)).isSameAs(AttributeUpdate.NONE);
    }

    @Test
    void readsTheBodyForm() {
        assertThat(AttributeUpdate.ofSigned(Map.of("+message.type", "FIFO", "-reserve.time", "")))
                .isEqualTo(new AttributeUpdate(Map.of("message.type", "FIFO"), Set.of("reserve.time")));
        assertThat(AttributeUpdate.ofSigned(Map.of())).isSameAs(AttributeUpdate.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "message.type=FIFO; sign",
                "+; no value",
                "+message.type; no value",
                "+message.type=FIFO,+message.type=NORMAL; twice",
                "+message.type=FIFO,-message.type; both",
                "+message.type=FIFO,; sign"
            })
    void refusesWhatItCannotRead(String text, String reason) {
        assertThatThrownBy(() -> AttributeUpdate.parse(text))
                .isInstanceOfSatisfying(
                        RequestException.class, e -> assertThat(e.code()).isEqualTo(ResponseCode.INVALID_PARAMETER))
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "+colour=red; unknown topic attribute colour",
                "+message.type=SOMETIMES; one of",
                "+reserve.time=soon; a number from -1 up",
                "+reserve.time=-2; a number from -1 up",
                "-message.type; does not exist yet"
            })
    void refusesBadAttributesOfANewTopic(String text, String reason) {
        assertThatThrownBy(() -> TopicRules.initial(AttributeUpdate.parse(text), new AddedRules()))
                .isInstanceOf(RequestException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "-reserve.time; does not have it",
                "-cleanup.policy; cannot change",
                "+cleanup.policy=COMPACTION; cannot change",
                "+queue.type=BatchCQ; cannot change",
                "-colour; unknown topic attribute"
            })
    void refusesBadChangesOfAnExistingTopic(String text, String reason) {
        Map<String, String> current = Map.of("cleanup.policy", "DELETE", "message.type", "FIFO");
        assertThatThrownBy(() -> TopicRules.altered(current, AttributeUpdate.parse(text), new AddedRules()))
                .isInstanceOf(RequestException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void addsReplacesAndRemoves() {
        Map<String, String> current = Map.of("cleanup.policy", "DELETE", "message.type", "FIFO", "reserve.time", "5");
        AttributeUpdate update = AttributeUpdate.parse(
                "+message.type=NORMAL,-reserve.time,+lite.topic.expiration=9,+cleanup.policy=DELETE");
        assertThat(TopicRules.altered(current, update, new AddedRules()))
                .isEqualTo(Map.of("cleanup.policy", "DELETE", "message.type", "NORMAL", "lite.topic.expiration", "9"));
    }
}
