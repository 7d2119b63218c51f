package io.firn.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.harness.Driver;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.SharedSut;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.Sut;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the client suites share: a driver, names nobody else uses, and a producer per test. */
@ExtendWith(SharedSut.class)
abstract class ClientSuite {

    final Sut sut;
    final Driver driver;
    private final SharedSut.Fixture fixture;
    private final StockClient client;
    private final List<String> opened = new ArrayList<>();
    private String unique = "";

    ClientSuite(StockClient client, SharedSut.Fixture fixture) {
        this.client = client;
        this.fixture = fixture;
        this.sut = fixture.sut();
        this.driver = fixture.driver(client);
    }

    @BeforeEach
    void openProducer(TestInfo test) {
        String method = test.getTestMethod().orElseThrow().getName();
        unique = method.substring(0, Math.min(20, method.length())) + "_" + client + "_"
                + Long.toString(System.nanoTime(), 36);
        driver.call("producer", "name", producer());
        opened.add(producer());
    }

    @AfterEach
    void closeAll() {
        for (String name : opened.reversed()) {
            driver.call("close", "name", name);
        }
        opened.clear();
        driver.clearEvents();
    }

    /** A name for a topic, group, client or id of this test only. */
    String name(String role) {
        return role + "_" + unique;
    }

    String producer() {
        return name("P");
    }

    String topicWithQueues(int queues) {
        String topic = name("T");
        RawClient.createTopic(sut, topic, queues);
        return topic;
    }

    /** Another driver process with the same client, for tests that kill it. */
    Driver anotherDriver() {
        return client.start(sut.nameServer(), fixture.directory());
    }

    List<Line> send(String topic, String mode, int count, Object... more) {
        List<Object> all = new ArrayList<>(
                List.of("producer", producer(), "topic", topic, "mode", mode, "prefix", topic, "count", count));
        all.addAll(List.of(more));
        return driver.rows("send", all.toArray());
    }

    /** Opens a consumer ({@code push} or {@code litepull}) that is closed after the test. */
    void subscribe(String verb, String name, Object... more) {
        List<Object> all = new ArrayList<>(List.of("name", name));
        all.addAll(List.of(more));
        driver.call(verb, all.toArray());
        opened.add(name);
    }

    void close(String name) {
        driver.call("close", "name", name);
        opened.remove(name);
    }

    Set<String> receivedIds(String consumer) {
        return ids(driver.received(consumer));
    }

    static ConditionFactory soon(String what) {
        return Awaitility.await(what).atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(100));
    }

    static Set<String> ids(List<Line> lines) {
        return lines.stream().map(line -> line.get("id")).collect(Collectors.toSet());
    }

    static Set<String> expectedIds(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + "-" + i).collect(Collectors.toSet());
    }

    static void assertIntact(List<Line> messages) {
        assertThat(messages)
                .allSatisfy(message -> assertThat(message.get("intact")).isEqualTo("true"));
    }
}
