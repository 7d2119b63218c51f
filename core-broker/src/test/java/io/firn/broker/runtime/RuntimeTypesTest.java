package io.firn.broker.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuntimeTypesTest {

    @Test
    void closesInReverseAndKeepsTheFirstFailure() {
        List<String> closed = new ArrayList<>();
        Closer closer = new Closer();
        closer.<AutoCloseable>add(() -> closed.add("first"));
        closer.<AutoCloseable>add(() -> {
            throw new IllegalStateException("second");
        });
        closer.<AutoCloseable>add(() -> {
            throw new IllegalStateException("third");
        });
        assertThatThrownBy(closer::close)
                .hasMessage("third")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(closed).containsExactly("first");
    }

    @Test
    void aFullMailboxSaysSo() {
        Mailbox<Integer> mailbox = new Mailbox<>(2);
        assertThat(mailbox.offer(1)).isTrue();
        assertThat(mailbox.offer(2)).isTrue();
        assertThat(mailbox.offer(3)).isFalse();
        List<Integer> received = new ArrayList<>();
        assertThat(mailbox.drain(received::add, 10)).isEqualTo(2);
        assertThat(received).containsExactly(1, 2);
    }

    @Test
    void remembersTextsWithoutConfusingThem() {
        Utf8Cache cache = new Utf8Cache(4);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 100; i++) {
                byte[] bytes = ("topic-ü-" + i).getBytes(UTF_8);
                assertThat(cache.get(bytes, 0, bytes.length)).isEqualTo("topic-ü-" + i);
                assertThat(cache.get(MemorySegment.ofArray(bytes), 0, bytes.length))
                        .isEqualTo("topic-ü-" + i);
            }
        }
        byte[] same = "same".getBytes(UTF_8);
        assertThat(cache.get(same, 0, 4)).isSameAs(cache.get(same, 0, 4));
        String longText = "x".repeat(300);
        assertThat(cache.get(longText.getBytes(UTF_8), 0, 300)).isEqualTo(longText);
    }

    @Test
    void rendersCountersAndGauges() {
        Metrics metrics = new Metrics();
        Metrics.Count closed = metrics.counter("firn_test_closed_total", "Closed.", "reason", "idle");
        metrics.counter("firn_test_closed_total", "Closed.", "reason", "limit").add(2);
        metrics.gauge("firn_test_depth", "Depth.", () -> 3);
        closed.increment();
        assertThat(closed.sum()).isEqualTo(1);
        assertThat(metrics.scrape().stream().map(s -> s.getMetadata().getPrometheusName()))
                .containsExactlyInAnyOrder("firn_test_closed", "firn_test_depth");
    }
}
