package io.firn.spi.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class TopicTest {

    private static final TopicAttributeSpec<Long> LAG = new TopicAttributeSpec<>(
            "max.lag.ms", Long::parseLong, "a number", 600L, TopicAttributeSpec.Change.ALLOWED);

    @Test
    void givesAnAttributeOrItsDefault() {
        assertThat(with(Map.of("max.lag.ms", "5")).attribute(LAG)).isEqualTo(5);
        assertThat(with(Map.of()).attribute(LAG)).isEqualTo(600);
    }

    @Test
    void namesTheAttributeThatIsNotAllowed() {
        assertThatThrownBy(() -> with(Map.of("max.lag.ms", "soon")).attribute(LAG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("max.lag.ms=soon is not allowed, only a number");
    }

    @Test
    void refusesNamesThatCanNotBe() {
        assertThatThrownBy(() -> new Topic(" ", TopicKind.NORMAL, TopicLayout.of(1), Map.of(), new UUID(0, 0)))
                .hasMessageContaining("blank");
        assertThatThrownBy(() -> new TopicAttributeSpec<>("a b", s -> s, "", "", TopicAttributeSpec.Change.ALLOWED))
                .hasMessageContaining("'a b'");
        assertThatThrownBy(() -> new Group("", Map.of())).hasMessageContaining("blank");
    }

    @Test
    void countsTheQueuesThatMayHoldMessages() {
        TopicLayout shrunk = new TopicLayout(8, 4, TopicLayout.READ, 0, TopicLayout.Order.FIXED);
        assertThat(shrunk.queues()).isEqualTo(8);
        assertThat(shrunk.isReadable()).isTrue();
        assertThat(shrunk.isWritable()).isFalse();
        assertThatThrownBy(() -> TopicLayout.of(-1)).hasMessageContaining("-1");
    }

    private static Topic with(Map<String, String> attributes) {
        return new Topic("orders", TopicKind.NORMAL, TopicLayout.of(1), attributes, new UUID(0, 0));
    }
}
