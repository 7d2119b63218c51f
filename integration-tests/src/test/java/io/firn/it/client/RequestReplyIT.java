package io.firn.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.harness.SharedSut;
import io.firn.it.harness.StockClient;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A producer asks, a consumer replies, and the reply comes to the one who asked. */
@ParameterizedClass
@EnumSource(StockClient.class)
final class RequestReplyIT extends ClientSuite {

    private static final String REPLY_TOPIC = "DefaultCluster_REPLY_TOPIC";

    RequestReplyIT(StockClient client, SharedSut.Fixture fixture) {
        super(client, fixture);
    }

    @Test
    void everyRequestGetsItsOwnReply() {
        String topic = topicWithQueues(2);
        replier(topic);

        List<Line> replies = request(topic, 10, "sync");

        assertThat(replies).extracting(line -> line.get("id")).containsExactlyElementsOf(expectedReplies(topic, 10));
        assertIntact(replies);
        assertThat(replies)
                .allSatisfy(line -> assertThat(line.get("properties"))
                        .contains("MSG_TYPE\1reply\2")
                        .contains("PUSH_REPLY_TIME\1")
                        .contains("question\1"));
        soon("what the replier is told")
                .untilAsserted(() -> assertThat(driver.events("replied"))
                        .extracting(line -> line.get("status"))
                        .hasSize(10)
                        .containsOnly("SEND_OK"));
    }

    @Test
    void requestsMayBeOutTogether() {
        String topic = topicWithQueues(4);
        replier(topic);

        assertThat(request(topic, 50, "async", "size", 3000))
                .extracting(line -> line.get("id"))
                .containsExactlyInAnyOrderElementsOf(expectedReplies(topic, 50));
    }

    @Test
    void compressedBodiesComeBackAsTheyWere() {
        String topic = topicWithQueues(1);
        replier(topic);

        List<Line> replies = request(topic, 2, "sync", "size", 100_000);

        assertThat(replies).extracting(line -> line.number("size")).containsOnly(100_000L);
        assertIntact(replies);
    }

    @Test
    void repliesAreStoredToo() {
        String topic = topicWithQueues(1);
        replier(topic);

        request(topic, 5, "sync");

        Set<String> stored = driver.rows("drain", "topic", REPLY_TOPIC).stream()
                .map(line -> line.get("id"))
                .filter(id -> id.startsWith("re-" + topic))
                .collect(Collectors.toSet());
        assertThat(stored).containsExactlyInAnyOrderElementsOf(expectedReplies(topic, 5));
    }

    @Test
    void aReplierIsToldThatTheRequesterIsGone() {
        String topic = topicWithQueues(1);
        String replier = name("R");
        subscribe("replier", replier, "group", name("G"), "topic", topic, "hold", true);
        String requester = name("Q");
        driver.call("producer", "name", requester);
        driver.call("request", "producer", requester, "topic", topic, "prefix", topic, "mode", "unheard");
        driver.call("close", "name", requester);

        driver.call("reply", "name", replier);

        Line outcome = driver.events("replied").getFirst();
        assertThat(outcome.get("status")).isEqualTo("REFUSED");
        assertThat(outcome.number("code")).isEqualTo(1);
        assertThat(outcome.get("message"))
                .contains("push reply message fail, channel of <" + outcome.get("requester") + "> not found.");
    }

    private void replier(String topic) {
        subscribe("replier", name("R"), "group", name("G"), "topic", topic);
    }

    private List<Line> request(String topic, int count, String mode, Object... more) {
        List<Object> all = new java.util.ArrayList<>(
                List.of("producer", producer(), "topic", topic, "prefix", topic, "count", count, "mode", mode));
        all.addAll(List.of(more));
        return driver.rows("request", all.toArray());
    }

    private static List<String> expectedReplies(String prefix, int count) {
        return java.util.stream.IntStream.range(0, count)
                .mapToObj(i -> "re-" + prefix + "-" + i)
                .toList();
    }
}
