package io.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.compaction.pass.Policy;
import io.firn.spi.contract.ByteSize;
import io.firn.spi.fake.FakeTopics;
import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicAttributeSpec;
import io.firn.spi.topic.TopicLayout;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What topics may ask for. */
final class TopicAttributesTest {

    private final TopicCombinations check = new TopicCombinations();

    private static Topic topic(String... attributes) {
        Map<String, String> all = new HashMap<>();
        all.put("cleanup.policy", "COMPACTION");
        for (int i = 0; i < attributes.length; i += 2) {
            all.put(attributes[i], attributes[i + 1]);
        }
        return with("table", 4, all);
    }

    private static Topic with(String name, int queues, Map<String, String> attributes) {
        Topic plain = FakeTopics.topic(name, queues);
        return new Topic(name, plain.kind(), TopicLayout.of(queues), attributes, plain.incarnation());
    }

    @Test
    void aTopicWithoutAttributesGetsTheDefaults() {
        assertThat(TopicAttributes.policy(topic()).policy()).isEqualTo(Policy.NORMAL);
        assertThat(TopicAttributes.policy(topic()).keyProperty()).isEqualTo("KEYS");
    }

    @Test
    void readsAllAttributes() {
        Topic topic = topic(
                "compaction.min.lag.ms",
                "5",
                "compaction.max.lag.ms",
                "7",
                "compaction.delete.retention.ms",
                "11",
                "compaction.erase.within.ms",
                "13",
                "compaction.expire.ms",
                "17",
                "compaction.dead.ratio",
                "0.25",
                "compaction.key",
                "account",
                "compaction.delete.wait.groups",
                "g1; g2");
        Policy policy = TopicAttributes.policy(topic).policy();
        assertThat(policy)
                .isEqualTo(new Policy(
                        Duration.ofMillis(5),
                        Duration.ofMillis(7),
                        0.25,
                        new Policy.Retention(
                                Duration.ofMillis(11),
                                Duration.ofMillis(13),
                                Duration.ofMillis(17),
                                List.of("g1", "g2"))));
        assertThat(TopicAttributes.policy(topic).keyProperty()).isEqualTo("account");
        assertThat(check.problem(null, topic)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "compaction.dead.ratio, 0, at most 1",
        "compaction.dead.ratio, 1.5, at most 1",
        "compaction.dead.ratio, x, at most 1",
        "compaction.dead.ratio, NaN, at most 1",
        "compaction.min.lag.ms, -1, milliseconds",
        "compaction.max.lag.ms, soon, milliseconds",
        "compaction.expire.ms, -2, never",
        "compaction.delete.wait.groups, ;, groups",
        "compaction.allow.queue.change, yes, true or false",
        "compaction.throttle.producers, 1, true or false",
    })
    void anIllegalValueIsRefusedWithNameAndRange(String name, String value, String range) {
        TopicAttributeSpec<?> spec = TopicAttributes.ALL.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        assertThatThrownBy(() -> spec.parse(value)).hasMessageContaining(name).hasMessageContaining(range);
    }

    @Test
    void contradictionsAreRefusedByName() {
        assertThat(check.problem(null, topic("compaction.min.lag.ms", "10", "compaction.max.lag.ms", "5")))
                .contains("compaction.max.lag.ms")
                .contains("compaction.min.lag.ms");
        assertThat(check.problem(null, topic("queue.type", "BatchCQ"))).contains("BatchCQ");
        assertThat(check.problem(null, with("%LMQ%x", 1, Map.of("cleanup.policy", "COMPACTION"))))
                .contains("light queues");
        assertThat(check.problem(null, with("plain", 1, Map.of("compaction.dead.ratio", "0.5"))))
                .contains("cleanup.policy=COMPACTION");
        assertThat(check.problem(null, with("plain", 1, Map.of()))).isNull();
    }

    @Test
    void theNumberOfQueuesChangesOnlyOnPurpose() {
        Map<String, String> compacted = Map.of("cleanup.policy", "COMPACTION");
        assertThat(check.problem(with("t", 4, compacted), with("t", 8, compacted)))
                .contains("allow.queue.change");
        Map<String, String> allowed = Map.of("cleanup.policy", "COMPACTION", "compaction.allow.queue.change", "true");
        assertThat(check.problem(with("t", 4, compacted), with("t", 8, allowed)))
                .isNull();
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        assertThatThrownBy(() -> new CompactionConfig(ByteSize.ofMebibytes(1), ByteSize.ofMebibytes(64), 64))
                .hasMessageContaining("memory")
                .hasMessageContaining("threads");
    }
}
