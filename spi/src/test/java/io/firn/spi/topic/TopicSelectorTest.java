package io.firn.spi.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class TopicSelectorTest {

    private final Topic orders = topic("orders", TopicKind.NORMAL);
    private final Topic retry = topic("%RETRY%g.1", TopicKind.RETRY);
    private final Topic system = topic("rmq_sys_trace", TopicKind.SYSTEM);

    @Test
    void choosesAllButTheBrokersOwn() {
        assertThat(TopicSelector.all().test(orders)).isTrue();
        assertThat(TopicSelector.all().test(retry)).isTrue();
        assertThat(TopicSelector.all().test(system)).isFalse();
        assertThat(TopicSelector.everything().test(system)).isTrue();
    }

    @Test
    void choosesByName() {
        TopicSelector named = TopicSelector.named("orders", "rmq_sys_trace");
        assertThat(named.test(orders)).isTrue();
        assertThat(named.test(system)).isTrue();
        assertThat(named.test(retry)).isFalse();
        assertThatThrownBy(TopicSelector::named).hasMessageContaining("all()");
    }

    @Test
    void choosesByPatternOverTheWholeName() {
        assertThat(TopicSelector.matching("ord*").test(orders)).isTrue();
        assertThat(TopicSelector.matching("order?").test(orders)).isTrue();
        assertThat(TopicSelector.matching("rder*").test(orders)).isFalse();
        assertThat(TopicSelector.matching("*").test(system)).isFalse();
        assertThatThrownBy(() -> TopicSelector.matching(" ")).hasMessageContaining("blank");
    }

    @Test
    void takesOnlyStarsAndQuestionMarksForPatterns() {
        assertThat(TopicSelector.matching("%RETRY%g.1").test(retry)).isTrue();
        assertThat(TopicSelector.matching("%RETRY%g.1").test(topic("%RETRY%gx1", TopicKind.RETRY)))
                .isFalse();
        assertThat(TopicSelector.matching("(orders").test(orders)).isFalse();
    }

    @Test
    void choosesByAttributeAndKind() {
        Topic compacted = new Topic(
                "c", TopicKind.NORMAL, TopicLayout.of(1), Map.of("cleanup.policy", "COMPACTION"), new UUID(0, 1));
        assertThat(TopicSelector.attribute("cleanup.policy", "COMPACTION").test(compacted))
                .isTrue();
        assertThat(TopicSelector.attribute("cleanup.policy", "DELETE").test(compacted))
                .isFalse();
        assertThat(TopicSelector.attribute("cleanup.policy", "COMPACTION").test(orders))
                .isFalse();
        assertThat(TopicSelector.kind(TopicKind.RETRY).test(retry)).isTrue();
        assertThat(TopicSelector.kind(TopicKind.RETRY).test(orders)).isFalse();
    }

    @Test
    void combines() {
        TopicSelector selector = TopicSelector.all().except(TopicSelector.named("orders"));
        assertThat(selector.test(orders)).isFalse();
        assertThat(selector.test(retry)).isTrue();
        assertThat(selector.or(TopicSelector.named("orders")).test(orders)).isTrue();
        assertThat(selector.and(TopicSelector.kind(TopicKind.NORMAL)).test(retry))
                .isFalse();
        assertThat(selector).hasToString("(all except named [orders])");
    }

    private static Topic topic(String name, TopicKind kind) {
        return new Topic(name, kind, TopicLayout.of(1), Map.of(), new UUID(0, 0));
    }
}
