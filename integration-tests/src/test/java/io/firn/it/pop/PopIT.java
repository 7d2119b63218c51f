package io.firn.it.pop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.Driver;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.RawFrame;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.Sut;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Push consumers that pop, because the broker says so: what succeeds comes once, all else again, also over a kill. */
@TestInstance(Lifecycle.PER_CLASS)
final class PopIT {

    private static final int QUERY_CONSUMER_OFFSET = 14;
    private static final int UPDATE_GROUP = 200;
    private static final int SET_REQUEST_MODE = 401;
    private static final int POP_MESSAGE = 200_050;

    private final List<String> opened = new ArrayList<>();

    private Sut sut;
    private Driver driver;
    private String unique = "";

    @BeforeAll
    void start(@TempDir Path directory) {
        sut = Sut.start(BrokerSpec.in(directory.resolve("broker")));
        driver = StockClient.V5_JSON.start(sut.nameServer(), directory);
        driver.call("producer", "name", "p", "retries", 0);
    }

    @AfterAll
    void stop() {
        driver.close();
        sut.close();
    }

    @BeforeEach
    void nameAll() {
        unique = Long.toString(System.nanoTime(), 36);
    }

    @AfterEach
    void closeAll() {
        opened.reversed().forEach(name -> driver.call("close", "name", name));
        opened.clear();
        driver.clearEvents();
    }

    @Test
    void twoConsumersGetEachMessageOnceThroughAllQueues() {
        String topic = topic(4);
        popping("G", topic);
        push("one", "G", topic, 0);
        push("two", "G", topic, 0);
        send(topic, 60);

        soon("all messages").untilAsserted(() -> assertThat(ids(received())).isEqualTo(expectedIds(topic, 60)));
        soon("all acknowledgements")
                .untilAsserted(() -> assertThat(committed("G", topic, 4)).isEqualTo(60));
        assertThat(received()).hasSize(60).allSatisfy(line -> {
            assertThat(line.get("properties")).contains("POP_CK");
            assertThat(line.get("intact")).isEqualTo("true");
        });
    }

    @Test
    void aMessageThatFailsComesBackUntilItSucceeds() {
        String topic = topic(2);
        popping("G", topic);
        push("one", "G", topic, 2);
        send(topic, 10);

        soon("each message three times")
                .untilAsserted(() -> assertThat(received()).hasSize(30));
        for (int before = 0; before < 3; before++) {
            assertThat(ids(delivered(before))).isEqualTo(expectedIds(topic, 10));
        }
        assertThat(received()).allSatisfy(line -> {
            assertThat(line.get("topic")).isEqualTo(topic);
            assertThat(line.get("intact")).isEqualTo("true");
        });
    }

    @Test
    void whatNobodyAcknowledgesComesAgainWhenItsTimeIsOver() {
        String topic = topic(2);
        popping("G", topic);
        send(topic, 10);
        popAndLeave("G", topic, 10, 1_000);
        push("one", "G", topic, 0);

        soon("all messages").untilAsserted(() -> assertThat(ids(received())).isEqualTo(expectedIds(topic, 10)));
        assertThat(delivered(1)).hasSize(10);
        assertThat(received()).hasSize(10);
    }

    @Test
    void aKillLosesNoMessageThatWasNotAcknowledged() {
        String topic = topic(2);
        popping("G", topic);
        popping("H", topic);
        push("failing", "G", topic, 1);
        send(topic, 20);
        popAndLeave("H", topic, 20, 3_000);
        soon("first deliveries").untilAsserted(() -> assertThat(ids(received())).isEqualTo(expectedIds(topic, 20)));
        sut.kill();
        sut.start();

        soon("second deliveries")
                .untilAsserted(() -> assertThat(ids(delivered(1))).isEqualTo(expectedIds(topic, 20)));
        push("late", "H", topic, 0);
        soon("what was left")
                .untilAsserted(
                        () -> assertThat(ids(driver.received(name("late")))).isEqualTo(expectedIds(topic, 20)));
    }

    private List<Line> received() {
        List<Line> all = new ArrayList<>();
        opened.forEach(name -> all.addAll(driver.received(name)));
        return all;
    }

    /** What came so many times before. */
    private List<Line> delivered(long before) {
        return received().stream()
                .filter(line -> line.number("reconsume") == before)
                .toList();
    }

    private String name(String role) {
        return role + '_' + unique;
    }

    private String topic(int queues) {
        String topic = name("T");
        RawClient.createTopic(sut, topic, queues);
        return topic;
    }

    /** Makes the group, whose consumers pop this topic. */
    private void popping(String group, String topic) {
        String config = "{\"groupName\":\"%s\"}".formatted(name(group));
        String mode = "{\"topic\":\"%s\",\"consumerGroup\":\"%s\",\"mode\":\"POP\",\"popShareQueueNum\":0}"
                .formatted(topic, name(group));
        try (RawClient client = new RawClient(sut.broker())) {
            RawFrame made = client.call(RawFrame.request(UPDATE_GROUP, 1, config.getBytes(UTF_8)));
            assertThat(made.code()).as(made.header()).isZero();
            RawFrame set = client.call(RawFrame.request(SET_REQUEST_MODE, 2, mode.getBytes(UTF_8)));
            assertThat(set.code()).as(set.header()).isZero();
        }
    }

    private void send(String topic, int count) {
        driver.rows("send", "producer", "p", "topic", topic, "prefix", topic, "count", count);
        soon("sent messages")
                .untilAsserted(
                        () -> assertThat(driver.rows("drain", "topic", topic)).hasSize(count));
    }

    private void push(String role, String group, String topic, int failures) {
        List<Object> words = new ArrayList<>(List.of("name", name(role), "group", name(group), "topic", topic));
        words.addAll(List.of("from", "FIRST", "fail", failures, "assigned", true));
        driver.call("push", words.toArray());
        opened.add(name(role));
    }

    /** Pops all messages as somebody who is never heard of again. */
    private void popAndLeave(String group, String topic, int count, long invisibleMs) {
        List<String> fields = new ArrayList<>(List.of("consumerGroup", name(group), "topic", topic, "queueId", "-1"));
        fields.addAll(List.of("maxMsgNums", "32", "invisibleTime", String.valueOf(invisibleMs), "pollTime", "0"));
        fields.addAll(List.of("bornTime", String.valueOf(System.currentTimeMillis()), "initMode", "0"));
        fields.addAll(List.of("expType", "TAG", "exp", "*", "order", "false"));
        try (RawClient client = new RawClient(sut.broker())) {
            RawFrame popped = client.call(POP_MESSAGE, fields.toArray(String[]::new));
            assertThat(popped.code()).as(popped.header()).isZero();
            assertThat(field(popped, "msgOffsetInfo").split("[,;]", -1)).hasSize(count);
        }
    }

    /** Up to where everything of a topic is acknowledged, over its queues. */
    private long committed(String group, String topic, int queues) {
        long sum = 0;
        try (RawClient client = new RawClient(sut.broker())) {
            for (int queue = 0; queue < queues; queue++) {
                RawFrame answer = client.call(
                        QUERY_CONSUMER_OFFSET,
                        "consumerGroup",
                        name(group),
                        "topic",
                        topic,
                        "queueId",
                        String.valueOf(queue));
                sum += Long.parseLong(field(answer, "offset"));
            }
        }
        return sum;
    }

    private static String field(RawFrame answer, String name) {
        Matcher matcher = Pattern.compile('"' + name + "\":\"([^\"]*)\"").matcher(answer.header());
        assertThat(matcher.find()).as(answer.header()).isTrue();
        return matcher.group(1);
    }

    private static ConditionFactory soon(String what) {
        return Awaitility.await(what).atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(100));
    }

    private static Set<String> ids(List<Line> lines) {
        return lines.stream().map(line -> line.get("id")).collect(Collectors.toSet());
    }

    private static Set<String> expectedIds(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + "-" + i).collect(Collectors.toSet());
    }
}
