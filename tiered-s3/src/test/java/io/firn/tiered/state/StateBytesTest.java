package io.firn.tiered.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.fake.FakeTopics;
import io.firn.spi.topic.Group;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicKind;
import io.firn.spi.topic.TopicLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class StateBytesTest {
    private static BrokerState state() {
        Topic odd = new Topic(
                "%RETRY%größe",
                TopicKind.RETRY,
                new TopicLayout(3, 5, TopicLayout.READ, 7, TopicLayout.Order.FIXED),
                Map.of("archive.retention", "7d", "message.type", "NORMAL"),
                new UUID(1, 2));
        return new BrokerState(
                List.of(odd, FakeTopics.topic("a", 4)),
                List.of(
                        new BrokerState.Committed(
                                new Group("g", Map.of("consumeEnable", "true")),
                                Map.of(new QueueRef("a", 1), 42L, new QueueRef("a", 0), 7L)),
                        new BrokerState.Committed(new Group("e", Map.of()), Map.of())));
    }

    @Test
    void whatWasWrittenIsRead() {
        assertThat(StateBytes.decode("k", StateBytes.encode(state()))).isEqualTo(state());
    }

    @Test
    void equalStatesHaveEqualBytes() {
        BrokerState state = state();
        BrokerState other =
                new BrokerState(state.topics().reversed(), state.groups().reversed());
        assertThat(StateBytes.encode(other)).isEqualTo(StateBytes.encode(state));
    }

    @Test
    void everyFlippedBitIsNoticed() {
        byte[] bytes = StateBytes.encode(state());
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> StateBytes.decode("state/x", flipped))
                    .isInstanceOf(DamagedState.class)
                    .hasMessageContaining("state/x");
        }
    }

    @Test
    void everyCutIsNoticed() {
        byte[] bytes = StateBytes.encode(state());
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> StateBytes.decode("state/x", cut)).isInstanceOf(DamagedState.class);
        }
    }
}
