package io.firn.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.harness.SharedSut;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.Sut;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Push consumers: concurrent, orderly, broadcasting, tags, retries, offsets. */
@ParameterizedClass
@EnumSource(StockClient.class)
final class PushIT extends ClientSuite {

    PushIT(StockClient client, SharedSut.Fixture fixture) {
        super(client, fixture);
    }

    @Test
    void concurrentConsumerGetsEverythingOnce() {
        String topic = topicWithQueues(4);
        send(topic, "async", 200);
        subscribe("push", name("c"), "group", name("G"), "topic", topic, "from", "FIRST");

        soon("200 messages")
                .untilAsserted(() -> assertThat(receivedIds(name("c"))).isEqualTo(expectedIds(topic, 200)));
        assertThat(driver.received(name("c"))).hasSize(200);
        assertIntact(driver.received(name("c")));
    }

    @Test
    void aWaitingConsumerIsGivenNewMessages() {
        String topic = topicWithQueues(2);
        send(topic, "sync", 2);
        subscribe("push", name("c"), "group", name("G"), "topic", topic, "from", "FIRST");
        soon("the first messages")
                .untilAsserted(() -> assertThat(receivedIds(name("c"))).isEqualTo(expectedIds(topic, 2)));

        // nothing is there to be read now, so what comes was pushed out of parked pulls
        for (int i = 2; i < 12; i++) {
            int last = i;
            send(topic, "sync", 1, "first", i);
            soon("message " + i)
                    .untilAsserted(() -> assertThat(receivedIds(name("c"))).contains(topic + "-" + last));
        }
    }

    @Test
    void orderlyConsumerKeepsTheOrderOfEachQueue() {
        String topic = topicWithQueues(3);
        for (int queue = 0; queue < 3; queue++) {
            send(topic, "sync", 40, "queue", queue, "first", queue * 40);
        }
        subscribe("push", name("c"), "group", name("G"), "topic", topic, "from", "FIRST", "order", true);

        soon("120 messages")
                .untilAsserted(() -> assertThat(driver.received(name("c"))).hasSize(120));
        for (long queue = 0; queue < 3; queue++) {
            long wanted = queue;
            List<Line> ofQueue = driver.received(name("c")).stream()
                    .filter(line -> line.number("queue") == wanted)
                    .toList();
            assertThat(ofQueue)
                    .extracting(line -> line.get("id"))
                    .containsExactlyElementsOf(IntStream.range((int) queue * 40, (int) queue * 40 + 40)
                            .mapToObj(i -> topic + "-" + i)
                            .toList());
        }
    }

    @Test
    void orderlyConsumerThatFailsGetsTheSameMessageAgainFirst() {
        String topic = topicWithQueues(1);
        send(topic, "sync", 3);
        subscribe("push", name("c"), "group", name("G"), "topic", topic, "from", "FIRST", "order", true, "fail", 1);

        soon("all messages, each twice")
                .untilAsserted(() -> assertThat(
                                driver.received(name("c")).stream().map(line -> line.get("id")))
                        .containsExactly(
                                topic + "-0", topic + "-0", topic + "-1", topic + "-1", topic + "-2", topic + "-2"));
    }

    @Test
    void everyBroadcastConsumerGetsEverything() {
        String topic = topicWithQueues(2);
        send(topic, "sync", 1);
        for (String consumer : List.of(name("c1"), name("c2"))) {
            subscribe("push", consumer, "group", name("G"), "topic", topic, "from", "FIRST", "model", "BROADCASTING");
        }
        send(topic, "sync", 49, "first", 1);

        soon("all messages at both").untilAsserted(() -> {
            assertThat(receivedIds(name("c1"))).isEqualTo(expectedIds(topic, 50));
            assertThat(receivedIds(name("c2"))).isEqualTo(expectedIds(topic, 50));
        });
        assertThat(driver.received(name("c1"))).hasSize(50);
        assertThat(driver.received(name("c2"))).hasSize(50);
    }

    @Test
    void tagExpressionsSelectMessages() {
        String topic = topicWithQueues(2);
        send(topic, "sync", 40, "tags", "a,b,c,AaAa");
        subscribe("push", name("one"), "group", name("G1"), "topic", topic, "from", "FIRST", "expr", "a");
        subscribe("push", name("two"), "group", name("G2"), "topic", topic, "from", "FIRST", "expr", "a || b");
        subscribe("push", name("all"), "group", name("G3"), "topic", topic, "from", "FIRST", "expr", "*");
        // same String.hashCode as AaAa: the broker may let it through, the client must not
        subscribe("push", name("none"), "group", name("G4"), "topic", topic, "from", "FIRST", "expr", "BBBB");

        soon("each its share").untilAsserted(() -> {
            assertThat(tags(name("one"))).isEqualTo("a".repeat(10));
            assertThat(tags(name("two"))).isEqualTo("a".repeat(10) + "b".repeat(10));
            assertThat(driver.received(name("all"))).hasSize(40);
        });
        assertThat(driver.received(name("none"))).isEmpty();
    }

    @Test
    void conditionsSelectMessages() {
        String topic = topicWithQueues(2);
        send(topic, "sync", 20, "tags", "a,b", "props", "n=#");
        subscribe(
                "push",
                name("c"),
                "group",
                name("G"),
                "topic",
                topic,
                "from",
                "FIRST",
                "type",
                "SQL92",
                "expr",
                "n >= 10 AND TAGS IN ('a', 'c') AND absent IS NULL");
        soon("the even ones from 10")
                .untilAsserted(() -> assertThat(receivedIds(name("c"))).isEqualTo(everyOther(topic, 10, 20)));

        // and now out of parked pulls
        send(topic, "sync", 2, "tags", "a,b", "props", "n=#", "first", 20);
        soon("the next even one")
                .untilAsserted(() -> assertThat(receivedIds(name("c"))).isEqualTo(everyOther(topic, 10, 22)));
    }

    @Test
    void aConditionThatCanNotBeReadFailsTheStart() {
        String topic = topicWithQueues(1);
        Line end = driver.attempt(
                        "push", "name", name("c"), "group", name("G"), "topic", topic, "type", "SQL92", "expr",
                        "n > > 1")
                .end();

        assertThat(end.kind()).isEqualTo("error");
        assertThat(end.get("type")).isEqualTo("MQClientException");
        assertThat(end.get("message")).contains("CODE: 23");
        if (Sut.Kind.chosen() == Sut.Kind.FIRN) {
            assertThat(end.get("message")).contains("line 1, column 5: expected a property");
        }
    }

    private static Set<String> everyOther(String prefix, int from, int to) {
        return IntStream.range(from, to)
                .filter(i -> i % 2 == 0)
                .mapToObj(i -> prefix + "-" + i)
                .collect(Collectors.toSet());
    }

    @Test
    void offsetsSurviveAConsumerRestart() {
        String topic = topicWithQueues(2);
        send(topic, "sync", 20);
        subscribe("push", name("before"), "group", name("G"), "topic", topic, "from", "FIRST");
        soon("the first 20")
                .untilAsserted(() -> assertThat(receivedIds(name("before"))).isEqualTo(expectedIds(topic, 20)));
        close(name("before"));
        assertThat(driver.rows("queues", "topic", topic, "group", name("G")))
                .extracting(line -> line.number("committed"))
                .containsExactly(10L, 10L);

        send(topic, "sync", 10, "first", 20);
        subscribe("push", name("after"), "group", name("G"), "topic", topic, "from", "FIRST");
        soon("the next 10")
                .untilAsserted(() -> assertThat(driver.received(name("after"))).hasSize(10));
        assertThat(receivedIds(name("after"))).doesNotContainAnyElementsOf(expectedIds(topic, 20));
    }

    @Test
    void aNewGroupOnAYoungQueueStartsAtItsBeginningWhateverItAsksFor() {
        // the broker answers offset 0 instead of "unknown" while message 0 is there and hot: old clients count on it
        String topic = topicWithQueues(1);
        send(topic, "sync", 5);
        subscribe("push", name("c"), "group", name("G"), "topic", topic, "from", "LAST");

        soon("all messages")
                .untilAsserted(() -> assertThat(receivedIds(name("c"))).isEqualTo(expectedIds(topic, 5)));
    }

    private String tags(String consumer) {
        return driver.received(consumer).stream()
                .map(line -> line.get("tags"))
                .sorted()
                .collect(Collectors.joining());
    }
}
