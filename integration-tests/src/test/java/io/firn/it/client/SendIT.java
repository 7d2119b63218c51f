package io.firn.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.harness.SharedSut;
import io.firn.it.harness.StockClient;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way to send, and what comes back to the producer. */
@ParameterizedClass
@EnumSource(StockClient.class)
final class SendIT extends ClientSuite {

    SendIT(StockClient client, SharedSut.Fixture fixture) {
        super(client, fixture);
    }

    @Test
    void syncSendsAreAcknowledgedWithDenseOffsets() {
        String topic = topicWithQueues(1);
        List<Line> sent = send(topic, "sync", 20, "tags", "a", "keys", "k#", "props", "colour=blue");

        assertThat(sent).extracting(line -> line.get("status")).containsOnly("SEND_OK");
        assertThat(sent).extracting(line -> line.number("offset")).containsExactlyElementsOf(longs(20));
        assertThat(sent).allSatisfy(line -> assertThat(line.get("offsetMsgId")).matches("[0-9A-F]{32}"));
        List<Line> stored = driver.rows("drain", "topic", topic);
        assertThat(ids(stored)).isEqualTo(expectedIds(topic, 20));
        assertIntact(stored);
        assertThat(stored).allSatisfy(line -> {
            assertThat(line.get("tags")).isEqualTo("a");
            assertThat(line.get("keys")).isEqualTo("k" + line.number("offset"));
            assertThat(line.get("properties")).contains("colour\1blue\2");
        });
        assertThat(stored)
                .extracting(line -> line.get("msgId"))
                .containsExactlyElementsOf(
                        sent.stream().map(line -> line.get("msgId")).toList());
    }

    @Test
    void asyncSendsAllCallBack() {
        String topic = topicWithQueues(4);
        List<Line> sent = send(topic, "async", 100);

        assertThat(sent).extracting(line -> line.get("status")).containsOnly("SEND_OK");
        assertThat(ids(sent)).isEqualTo(expectedIds(topic, 100));
        assertThat(ids(driver.rows("drain", "topic", topic))).isEqualTo(expectedIds(topic, 100));
    }

    @Test
    void onewaySendsArrive() {
        String topic = topicWithQueues(4);
        assertThat(send(topic, "oneway", 50)).isEmpty();

        soon("all one-way messages")
                .untilAsserted(() ->
                        assertThat(ids(driver.rows("drain", "topic", topic))).isEqualTo(expectedIds(topic, 50)));
    }

    @Test
    void aBatchTakesConsecutiveOffsetsOfOneQueue() {
        String topic = topicWithQueues(4);
        List<Line> first = send(topic, "batch", 10, "queue", 2, "tags", "x,y", "keys", "b#");
        List<Line> second = send(topic, "batch", 5, "queue", 2, "first", 10);

        assertThat(first.get(0).get("status")).isEqualTo("SEND_OK");
        assertThat(first.get(0).number("offset")).isZero();
        assertThat(first.get(0).get("offsetMsgId").split(",", -1)).hasSize(10).doesNotHaveDuplicates();
        assertThat(second.get(0).number("offset")).isEqualTo(10);
        List<Line> stored = driver.rows("drain", "topic", topic);
        assertThat(stored)
                .extracting(line -> line.get("id"))
                .containsExactly(java.util.stream.IntStream.range(0, 15)
                        .mapToObj(i -> topic + "-" + i)
                        .toArray(String[]::new));
        assertThat(stored).extracting(line -> line.number("queue")).containsOnly(2L);
        assertThat(stored.subList(0, 4)).extracting(line -> line.get("tags")).containsExactly("x", "y", "x", "y");
        assertThat(stored.get(3).get("keys")).isEqualTo("b3");
        assertIntact(stored);
    }

    @Test
    void firstSendToAnUnknownTopicCreatesIt() {
        String topic = name("T");
        assertThat(send(topic, "sync", 8))
                .extracting(line -> line.get("status"))
                .containsOnly("SEND_OK");

        soon("the route of the new topic")
                .untilAsserted(
                        () -> assertThat(driver.rows("queues", "topic", topic)).hasSize(4));
        assertThat(ids(driver.rows("drain", "topic", topic))).isEqualTo(expectedIds(topic, 8));
    }

    @Test
    void fourMebibytesPassBothWays() {
        String topic = topicWithQueues(1);
        String plain = name("Plain");
        driver.call("producer", "name", plain, "compressOver", Integer.MAX_VALUE, "timeout", 30_000);
        driver.call("send", "producer", plain, "topic", topic, "prefix", topic, "count", 3, "size", 4 << 20);
        driver.call("close", "name", plain);
        send(topic, "sync", 1, "first", 3, "size", 4 << 20);

        List<Line> stored = driver.rows("drain", "topic", topic);
        assertThat(ids(stored)).isEqualTo(expectedIds(topic, 4));
        assertThat(stored).extracting(line -> line.number("size")).containsOnly(4L << 20);
        assertIntact(stored);
    }

    @Test
    void bodiesOfEveryShapeComeBackUnchanged() {
        String topic = topicWithQueues(1);
        int[] sizes = {0, 1, 100, 4_095, 4_097, 70_000, 1 << 20};
        for (int i = 0; i < sizes.length; i++) {
            send(topic, "sync", 1, "first", i, "size", sizes[i], "flag", i);
        }
        List<Line> stored = driver.rows("drain", "topic", topic);

        assertThat(ids(stored)).isEqualTo(expectedIds(topic, sizes.length));
        assertThat(stored).allSatisfy(line -> assertThat(line.number("flag")).isEqualTo(line.number("offset")));
        assertIntact(stored);
    }

    private static List<Long> longs(int count) {
        return java.util.stream.LongStream.range(0, count).boxed().toList();
    }
}
