package io.firn.it.redelivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.Driver;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.RawFrame;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.Sut;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Retries, dead letters, delay levels and timed messages as stock clients see them, also over a kill. */
@ParameterizedClass
@EnumSource(
        value = StockClient.class,
        names = {"V5_JSON", "V4_ROCKETMQ"})
@TestInstance(Lifecycle.PER_CLASS)
final class RedeliveryIT {

    /** Level 3, the first retry, and the next ones come soon; level 7 comes well after level 1 on any machine. */
    private static final String LEVELS = "1s 3s 1s 1s 1s 1s 12s";

    private static final String DELAY_MS = "TIMER_DELAY_MS";
    private static final String DELIVER_MS = "TIMER_DELIVER_MS";

    private static final int RECALL_MESSAGE = 370;
    private static final String ILLEGAL_OPERATION = "604";

    private final List<String> opened = new ArrayList<>();

    /** Set after {@link #start}. */
    @Parameter
    StockClient client;

    private Sut sut;
    private Driver driver;
    private String unique = "";

    @BeforeParameterizedClassInvocation
    void start(StockClient chosen, @TempDir Path directory) {
        sut = Sut.start(BrokerSpec.in(directory.resolve("broker"))
                .with("messageDelayLevel", LEVELS)
                .with("recallMessageEnable", "true"));
        driver = chosen.start(sut.nameServer(), directory);
        driver.call("producer", "name", "p", "retries", 0);
    }

    @AfterParameterizedClassInvocation
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
    void aMessageThatFailsComesBackUntilItSucceeds() {
        String topic = topic(2);
        send(topic, 10, "");
        push("c", name("G"), topic, "fail", 2);

        soon("each message three times")
                .untilAsserted(() -> assertThat(driver.received(name("c"))).hasSize(30));
        for (int deliveries = 0; deliveries < 3; deliveries++) {
            long wanted = deliveries;
            assertThat(ids(driver.received(name("c")).stream()
                            .filter(line -> line.number("reconsume") == wanted)
                            .toList()))
                    .isEqualTo(expectedIds(topic, 10));
        }
        assertThat(driver.received(name("c"))).allSatisfy(line -> {
            assertThat(line.get("topic")).isEqualTo(topic);
            assertThat(line.get("intact")).isEqualTo("true");
        });
    }

    @Test
    void aMessageThatFailsTooOftenBecomesADeadLetter() {
        String topic = topic(2);
        send(topic, 5, "");
        push("c", name("G"), topic, "fail", 99, "max", 2);

        push("dead", name("D"), "%DLQ%" + name("G"));
        soon("dead letters")
                .untilAsserted(
                        () -> assertThat(ids(driver.received(name("dead")))).isEqualTo(expectedIds(topic, 5)));
        assertThat(driver.received(name("c"))).hasSize(15);
        assertThat(driver.received(name("dead"))).hasSize(5);
    }

    @Test
    void anOrderlyConsumerMovesOnPastAMessageThatFailsTooOften() {
        String topic = topic(1);
        send(topic, 2, "");
        push("c", name("G"), topic, "fail", 99, "max", 1, "order", true);

        push("dead", name("D"), "%DLQ%" + name("G"));
        soon("dead letters")
                .untilAsserted(
                        () -> assertThat(ids(driver.received(name("dead")))).isEqualTo(expectedIds(topic, 2)));
        assertThat(driver.received(name("c")).stream().map(line -> line.get("id")))
                .containsExactly(topic + "-0", topic + "-0", topic + "-1", topic + "-1");
    }

    @Test
    void delayedMessagesComeInTheOrderInWhichTheyAreDue() {
        String topic = topic(1);
        List<Line> slow = send(topic, 1, "DELAY=7");
        driver.rows(
                "send", "producer", "p", "topic", topic, "prefix", topic, "count", 1, "first", 1, "props", "DELAY=1");
        // one thread at a time: concurrent listeners may overtake each other where one pull brings both
        push("c", name("G"), topic, "order", true);

        soon("both").untilAsserted(() -> assertThat(driver.received(name("c"))).hasSize(2));
        assertThat(slow).hasSize(1);
        assertThat(driver.received(name("c")).stream().map(line -> line.get("id")))
                .containsExactly(topic + "-1", topic + "-0");
    }

    @Test
    void aTimedMessageComesNoSoonerThanItsTime() {
        String topic = topic(1);
        push("c", name("G"), topic);
        send(topic, 1, "");
        sendTimed(topic, DELAY_MS, 1_500, "first", 1);
        // the broker's clock decides when that is
        long due = System.currentTimeMillis() + 2_500;
        sendTimed(topic, DELIVER_MS, due, "first", 2);

        soon("all").untilAsserted(() -> assertThat(driver.received(name("c"))).hasSize(3));
        Map<String, Line> byId =
                driver.received(name("c")).stream().collect(Collectors.toMap(line -> line.get("id"), line -> line));
        assertThat(byId.keySet()).isEqualTo(expectedIds(topic, 3));
        // the first one was stored before the second was taken
        long taken = byId.get(topic + "-0").number("storeTime");
        assertThat(byId.get(topic + "-1").number("storeTime")).isGreaterThanOrEqualTo(taken + 1_500);
        assertThat(byId.get(topic + "-2").number("storeTime")).isGreaterThanOrEqualTo(due);
        assertThat(byId.values()).allSatisfy(line -> {
            assertThat(line.get("topic")).isEqualTo(topic);
            assertThat(line.get("intact")).isEqualTo("true");
            assertThat(line.get("reconsume")).isEqualTo("0");
        });
    }

    @Test
    void aRecalledMessageNeverComes() {
        String topic = topic(1);
        long due = System.currentTimeMillis() + 6_000;
        sendTimed(topic, DELIVER_MS, due, "first", 0);
        Line wrong = sendTimed(topic, DELIVER_MS, due, "first", 1).getFirst();
        sendTimed(topic, DELIVER_MS, due, "first", 2);
        // version 4 is told no handle
        String handle = client == StockClient.V5_JSON
                ? wrong.get("recallHandle")
                : handle(topic, Long.toString(due), wrong.get("msgId"));
        Line recalled = recall(topic, handle);
        assertThat(recalled.kind()).as(recalled.toString()).isEqualTo("ok");
        assertThat(recalled.get("msgId")).contains(wrong.get("msgId"));
        // later than all others, also by the second
        sendTimed(topic, DELIVER_MS, due + 2_000, "first", 3);
        push("c", name("G"), topic, "order", true);

        soon("the last")
                .untilAsserted(() -> assertThat(ids(driver.received(name("c")))).contains(topic + "-3"));
        assertThat(driver.received(name("c")).stream().map(line -> line.get("id")))
                .containsExactlyInAnyOrder(topic + "-0", topic + "-2", topic + "-3");
    }

    @Test
    void whatIsNoRecallHandleIsRefusedWithTheReason() {
        String topic = topic(1);

        Line garbage = recall(topic, "~~~");
        assertThat(garbage.kind()).isEqualTo("error");
        assertThat(garbage.get("message")).contains("recall handle is invalid");

        Line timeless = recall(topic, handle(topic, "soon", "key"));
        assertThat(timeless.kind()).isEqualTo("error");
        assertThat(timeless.get("code")).isEqualTo(ILLEGAL_OPERATION);
        assertThat(timeless.get("message")).contains("recall", "time");
    }

    @Test
    void aKillLosesNeitherDelayedMessagesNorThoseThatWereGivenBack() {
        String topic = topic(2);
        String late = topic + "-late";
        String timed = topic + "-timed";
        send(topic, 20, "");
        push("c", name("G"), topic, "fail", 2);
        soon("first deliveries")
                .untilAsserted(() -> assertThat(ids(driver.received(name("c")))).isEqualTo(expectedIds(topic, 20)));
        driver.rows("send", "producer", "p", "topic", topic, "prefix", late, "count", 30, "props", "DELAY=2");
        sendTimed(topic, DELAY_MS, 3_000, "prefix", timed, "count", 10);
        sut.kill();
        sut.start();

        Set<String> all = new HashSet<>(expectedIds(topic, 20));
        all.addAll(expectedIds(late, 30));
        all.addAll(expectedIds(timed, 10));
        soon("last deliveries")
                .untilAsserted(() -> assertThat(ids(driver.received(name("c")).stream()
                                .filter(line -> line.number("reconsume") == 2)
                                .toList()))
                        .isEqualTo(all));
    }

    private String name(String role) {
        return role + "_" + unique;
    }

    private String topic(int queues) {
        String topic = name("T");
        RawClient.createTopic(sut, topic, queues);
        return topic;
    }

    private List<Line> send(String topic, int count, String properties) {
        return driver.rows(
                "send", "producer", "p", "topic", topic, "prefix", topic, "count", count, "props", properties);
    }

    /** As the users of each version do it: 5 has setters, 4 knows no more than properties. */
    private List<Line> sendTimed(String topic, String property, long value, Object... more) {
        List<Object> all = new ArrayList<>(List.of("producer", "p", "topic", topic, "prefix", topic));
        all.addAll(List.of(more));
        if (client == StockClient.V5_JSON) {
            all.addAll(List.of(property, Long.toString(value)));
            return driver.rows("timedsend", all.toArray());
        }
        all.addAll(List.of("props", property + "=" + value));
        return driver.rows("send", all.toArray());
    }

    /** What the client says to it; version 4 can not recall, there it is a bare request. */
    private Line recall(String topic, String handle) {
        if (client == StockClient.V5_JSON) {
            return driver.attempt("recall", "producer", "p", "topic", topic, "handle", handle)
                    .end();
        }
        try (RawClient raw = new RawClient(sut.broker())) {
            RawFrame answer = raw.call(RECALL_MESSAGE, "producerGroup", "P_p", "topic", topic, "recallHandle", handle);
            return answer.code() == 0
                    ? Line.of("ok", "msgId", answer.header())
                    : Line.of("error", "code", answer.code(), "message", answer.header());
        }
    }

    /** A handle as brokers make it; nothing in it is checked. */
    private String handle(String topic, String time, String key) {
        String text = String.join(" ", "v1", topic, sut.spec().brokerName(), time, key);
        return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void push(String role, String group, String topic, Object... more) {
        List<Object> all =
                new ArrayList<>(List.of("name", name(role), "group", group, "topic", topic, "from", "FIRST"));
        all.addAll(List.of(more));
        driver.call("push", all.toArray());
        opened.add(name(role));
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
