package io.firn.it.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.Driver;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.Sut;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

/** Every transaction ends as its producer says, once, whoever dies meanwhile. */
@ParameterizedClass
@EnumSource(
        value = StockClient.class,
        names = {"V5_JSON", "V4_ROCKETMQ"})
@TestInstance(Lifecycle.PER_CLASS)
final class TransactionIT {

    private static final String COMMIT = "COMMIT_MESSAGE";
    private static final String ROLLBACK = "ROLLBACK_MESSAGE";
    private static final String UNKNOWN = "UNKNOW";

    private final List<String> opened = new ArrayList<>();

    /** Set after {@link #start}. */
    @Parameter
    StockClient client;

    private Sut sut;
    private Driver driver;
    private String topic = "";

    @BeforeParameterizedClassInvocation
    void start(StockClient chosen, @TempDir Path directory) {
        sut = Sut.start(BrokerSpec.in(directory.resolve("broker"))
                .with("transactionTimeOut", "500")
                .with("transactionCheckInterval", "500")
                .with("transactionCheckMax", "1000"));
        driver = chosen.start(sut.nameServer(), directory);
    }

    @AfterParameterizedClassInvocation
    void stop() {
        driver.close();
        sut.close();
    }

    @BeforeEach
    void makeTopic() {
        topic = "T_" + Long.toString(System.nanoTime(), 36);
        RawClient.createTopic(sut, topic, 2);
    }

    @AfterEach
    void closeAll() {
        opened.reversed().forEach(name -> driver.call("close", "name", name));
        opened.clear();
        driver.clearEvents();
    }

    @Test
    void committedMessagesArriveAndOthersDoNot() {
        producer("p", UNKNOWN);

        List<Line> sent = send("p", "yes", 20, COMMIT);
        send("p", "no", 20, ROLLBACK);

        assertThat(sent).extracting(line -> line.get("status")).containsOnly("SEND_OK");
        awaitStored(ids("yes", 20));
    }

    @Test
    void aMessageWhoseProducerDoesNotKnowIsAskedAbout() {
        producer("p", COMMIT);

        send("p", "asked", 10, UNKNOWN);

        awaitStored(ids("asked", 10));
        assertThat(driver.events("check")).extracting(line -> line.get("id")).contains(ids("asked", 10));
        assertThat(driver.events("check")).extracting(line -> line.get("topic")).containsOnly(topic);
        assertThat(driver.events("check"))
                .extracting(line -> line.get("intact"))
                .containsOnly("true");
    }

    @Test
    void anotherProducerOfTheGroupIsAskedWhenTheFirstIsGone() {
        producer("first", UNKNOWN);
        send("first", "left", 10, UNKNOWN);
        driver.call("close", "name", opened.removeLast());

        producer("second", COMMIT);
        // a stock 5.x producer sends heartbeats to brokers it has sent to
        send("second", "own", 1, COMMIT);

        awaitStored(Stream.concat(Stream.of(ids("left", 10)), Stream.of(ids("own", 1)))
                .toArray(String[]::new));
    }

    @Test
    void nothingIsLostOrDeliveredTwiceWhenTheBrokerIsKilled() {
        producer("p", COMMIT);
        send("p", "done", 20, COMMIT);
        awaitStored(ids("done", 20));
        send("p", "open", 20, UNKNOWN);

        sut.kill();
        sut.start();

        awaitStored(Stream.concat(Stream.of(ids("done", 20)), Stream.of(ids("open", 20)))
                .toArray(String[]::new));
    }

    private void producer(String role, String check) {
        String name = role + topic;
        driver.call("txproducer", "name", name, "group", "G" + topic, "topic", topic, "check", check);
        opened.add(name);
    }

    private List<Line> send(String role, String prefix, int count, String local) {
        return driver.rows(
                "txsend", "producer", role + topic, "topic", topic, "prefix", prefix, "count", count, "local", local);
    }

    /** Waits until the topic holds exactly these, each once. */
    private void awaitStored(String... ids) {
        soon().untilAsserted(() -> assertThat(driver.rows("drain", "topic", topic))
                .extracting(line -> line.get("id"))
                .containsExactlyInAnyOrder(ids));
    }

    private static String[] ids(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + "-" + i).toArray(String[]::new);
    }

    private static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(200));
    }
}
