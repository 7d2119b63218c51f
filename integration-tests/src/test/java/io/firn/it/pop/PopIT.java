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

/** Push consumers that pop, because the broker says so: no message twice, failures again, also over a kill. */
@TestInstance(Lifecycle.PER_CLASS)
final class PopIT {

    private static final int UPDATE_GROUP = 200;
    private static final int SET_REQUEST_MODE = 401;

    private final List<String> opened = new ArrayList<>();

    @TempDir
    Path directory;

    private Sut sut;
    private Driver driver;
    private String unique = "";

    @BeforeAll
    void start() {
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
        pop("one", topic, 0);
        pop("two", topic, 0);
        send(topic, 60);

        soon("all messages").untilAsserted(() -> assertThat(ids(received())).isEqualTo(expectedIds(topic, 60)));
        assertThat(received()).hasSize(60);
    }

    @Test
    void aMessageThatFailsComesBackUntilItSucceeds() {
        String topic = topic(2);
        pop("one", topic, 2);
        send(topic, 10);

        soon("each message three times")
                .untilAsserted(() -> assertThat(received()).hasSize(30));
        for (int deliveries = 0; deliveries < 3; deliveries++) {
            assertThat(ids(delivered(deliveries))).isEqualTo(expectedIds(topic, 10));
        }
        assertThat(received()).allSatisfy(line -> {
            assertThat(line.get("topic")).isEqualTo(topic);
            assertThat(line.get("intact")).isEqualTo("true");
        });
    }

    @Test
    void aKillLosesNoMessageThatWasNotAcknowledged() {
        String topic = topic(2);
        pop("one", topic, 1);
        send(topic, 20);
        soon("first deliveries").untilAsserted(() -> assertThat(ids(received())).isEqualTo(expectedIds(topic, 20)));
        sut.kill();
        sut.start();

        soon("second deliveries")
                .untilAsserted(() -> assertThat(ids(delivered(1))).isEqualTo(expectedIds(topic, 20)));
    }

    private List<Line> received() {
        List<Line> all = new ArrayList<>();
        opened.forEach(name -> all.addAll(driver.received(name)));
        return all;
    }

    private List<Line> delivered(long before) {
        return received().stream()
                .filter(line -> line.number("reconsume") == before)
                .toList();
    }

    private String topic(int queues) {
        String topic = "T_" + unique;
        RawClient.createTopic(sut, topic, queues);
        try (RawClient client = new RawClient(sut.broker())) {
            String group = "{\"groupName\":\"G_%s\"}".formatted(unique);
            String mode = "{\"topic\":\"%s\",\"consumerGroup\":\"G_%s\",\"mode\":\"POP\",\"popShareQueueNum\":0}"
                    .formatted(topic, unique);
            assertThat(client.call(RawFrame.request(UPDATE_GROUP, 1, group.getBytes(UTF_8)))
                            .code())
                    .isZero();
            assertThat(client.call(RawFrame.request(SET_REQUEST_MODE, 2, mode.getBytes(UTF_8)))
                            .code())
                    .isZero();
        }
        return topic;
    }

    private void send(String topic, int count) {
        driver.rows("send", "producer", "p", "topic", topic, "prefix", topic, "count", count);
    }

    private void pop(String role, String topic, int failures) {
        String name = role + '_' + unique;
        driver.call(
                "push",
                "name",
                name,
                "group",
                "G_" + unique,
                "topic",
                topic,
                "from",
                "FIRST",
                "fail",
                failures,
                "assigned",
                true);
        opened.add(name);
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
