package io.firn.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.harness.Driver.Answer;
import io.firn.it.harness.SharedSut;
import io.firn.it.harness.StockClient;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Consumers that ask: plain pull, lite pull, and offsets by time. */
@ParameterizedClass
@EnumSource(StockClient.class)
final class PullIT extends ClientSuite {

    PullIT(StockClient client, SharedSut.Fixture fixture) {
        super(client, fixture);
    }

    @Test
    void pullAnswersByWhereItIsAsked() {
        String topic = topicWithQueues(1);
        send(topic, "sync", 10, "tags", "a,b");

        Answer some = pull(topic, 3, "max", 4);
        assertThat(some.end().get("status")).isEqualTo("FOUND");
        assertThat(some.rows()).extracting(line -> line.number("offset")).containsExactly(3L, 4L, 5L, 6L);
        assertThat(some.end().number("next")).isEqualTo(7);
        assertThat(some.end().number("min")).isZero();
        assertThat(some.end().number("max")).isEqualTo(10);

        Answer tagged = pull(topic, 0, "expr", "b");
        assertThat(tagged.rows()).extracting(line -> line.number("offset")).containsExactly(1L, 3L, 5L, 7L, 9L);
        assertThat(tagged.end().number("next")).isEqualTo(10);

        assertThat(pull(topic, 0, "expr", "nobody").end().get("status")).isEqualTo("NO_MATCHED_MSG");
        Answer atEnd = pull(topic, 10);
        assertThat(atEnd.end().get("status")).isEqualTo("NO_NEW_MSG");
        assertThat(atEnd.end().number("next")).isEqualTo(10);
        Answer beyond = pull(topic, 11);
        assertThat(beyond.end().get("status")).isEqualTo("OFFSET_ILLEGAL");
        assertThat(beyond.end().number("next")).isEqualTo(10);
    }

    @Test
    void anEmptyQueueHasNothingAtZeroAndNoOtherOffset() {
        String topic = topicWithQueues(1);

        assertThat(pull(topic, 0).end().get("status")).isEqualTo("NO_NEW_MSG");
        Answer other = pull(topic, 5);
        assertThat(other.end().get("status")).isEqualTo("OFFSET_ILLEGAL");
        assertThat(other.end().number("next")).isZero();
    }

    @Test
    void anUnknownTopicHasNoRoute() {
        assertThat(driver.attempt("queues", "topic", name("Nowhere")).end().kind())
                .isEqualTo("error");
    }

    @Test
    void committedOffsetsAreKeptPerGroup() {
        String topic = topicWithQueues(1);
        send(topic, "sync", 10);
        pull(topic, 0, "commit", 4);

        assertThat(committed(topic, name("G"))).isEqualTo(4);
        pull(topic, 4, "commit", 2);
        assertThat(committed(topic, name("G"))).as("an offset may go back").isEqualTo(2);
    }

    @Test
    void searchFindsTheFirstMessageStoredAtOrAfterATime() {
        String topic = topicWithQueues(1);
        send(topic, "sync", 30);
        List<Line> stored = driver.rows("drain", "topic", topic);
        long first = stored.getFirst().number("storeTime");
        long last = stored.getLast().number("storeTime");

        assertThat(search(topic, first - 1_000)).isZero();
        assertThat(search(topic, first)).isZero();
        assertThat(search(topic, last + 1)).isEqualTo(30);
        for (Line line : stored) {
            long time = line.number("storeTime");
            long expected = stored.stream()
                    .filter(other -> other.number("storeTime") >= time)
                    .findFirst()
                    .orElseThrow()
                    .number("offset");
            assertThat(search(topic, time)).isEqualTo(expected);
        }
    }

    @Test
    void litePullPollsEverythingAndCommits() {
        String topic = topicWithQueues(4);
        send(topic, "async", 100);
        subscribe("litepull", name("lite"), "group", name("G"), "topic", topic, "from", "FIRST");
        soon("100 messages")
                .untilAsserted(() -> assertThat(receivedIds(name("lite"))).isEqualTo(expectedIds(topic, 100)));
        assertThat(driver.received(name("lite"))).hasSize(100);
        assertIntact(driver.received(name("lite")));
        close(name("lite"));
        // the last commit is sent one-way
        soon("the commit")
                .untilAsserted(() -> assertThat(driver.rows("queues", "topic", topic, "group", name("G")).stream()
                                .mapToLong(line -> line.number("committed"))
                                .sum())
                        .isEqualTo(100));

        send(topic, "sync", 10, "first", 100);
        subscribe("litepull", name("again"), "group", name("G"), "topic", topic, "from", "FIRST");
        soon("the rest")
                .untilAsserted(() ->
                        assertThat(receivedIds(name("again"))).containsAll(List.of(topic + "-100", topic + "-109")));
        assertThat(receivedIds(name("again"))).doesNotContainAnyElementsOf(expectedIds(topic, 100));
    }

    @Test
    void litePullFiltersTags() {
        String topic = topicWithQueues(2);
        send(topic, "sync", 30, "tags", "a,b,c");
        subscribe("litepull", name("lite"), "group", name("G"), "topic", topic, "from", "FIRST", "expr", "a || c");

        soon("two thirds")
                .untilAsserted(() -> assertThat(driver.received(name("lite"))).hasSize(20));
        assertThat(driver.received(name("lite")))
                .extracting(line -> line.get("tags"))
                .containsOnly("a", "c");
    }

    @Test
    void litePullFiltersByConditions() {
        String topic = topicWithQueues(2);
        send(topic, "sync", 30, "tags", "a,b,c", "props", "n=#,text=x#");
        subscribe(
                "litepull",
                name("lite"),
                "group",
                name("G"),
                "topic",
                topic,
                "from",
                "FIRST",
                "type",
                "SQL92",
                "expr",
                "n BETWEEN 10 AND 14 OR text ENDSWITH '9' AND NOT (TAGS = 'c')");

        soon("7 of 30")
                .untilAsserted(() -> assertThat(driver.received(name("lite")))
                        .extracting(line -> line.get("id"))
                        .containsExactlyInAnyOrder(
                                topic + "-10",
                                topic + "-11",
                                topic + "-12",
                                topic + "-13",
                                topic + "-14",
                                topic + "-9",
                                topic + "-19"));
    }

    private Answer pull(String topic, long offset, Object... more) {
        java.util.ArrayList<Object> all =
                new java.util.ArrayList<>(List.of("group", name("G"), "topic", topic, "queue", 0, "offset", offset));
        all.addAll(List.of(more));
        Answer answer = driver.call("pull", all.toArray());
        assertIntact(answer.rows());
        return answer;
    }

    private long search(String topic, long time) {
        return driver.call("search", "topic", topic, "queue", 0, "time", time)
                .end()
                .number("offset");
    }

    private long committed(String topic, String group) {
        return driver.rows("queues", "topic", topic, "group", group).getFirst().number("committed");
    }
}
