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
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Every transaction ends as its producer says, once, whoever dies meanwhile. */
@ParameterizedClass
@EnumSource(
        value = StockClient.class,
        names = {"V5_JSON", "V4_ROCKETMQ"})
final class TransactionIT {

    private static final String TOPIC = "Orders";
    private static final String GROUP = "shop";
    private static final String COMMIT = "COMMIT_MESSAGE";
    private static final String ROLLBACK = "ROLLBACK_MESSAGE";
    private static final String UNKNOWN = "UNKNOW";

    private final StockClient client;

    @TempDir
    Path directory;

    private Sut sut;
    private Driver driver;

    TransactionIT(StockClient client) {
        this.client = client;
    }

    @BeforeEach
    void start() {
        sut = Sut.start(BrokerSpec.in(directory)
                .with("transactionTimeOut", "1000")
                .with("transactionCheckInterval", "1000")
                .with("transactionCheckMax", "100"));
        RawClient.createTopic(sut, TOPIC, 2);
        driver = client.start(sut.nameServer(), directory);
    }

    @AfterEach
    void stop() {
        driver.close();
        sut.close();
    }

    @Test
    void committedMessagesArriveAndOthersDoNot() {
        producer(driver, "p", UNKNOWN);

        List<Line> sent = send(driver, "p", "yes", 20, COMMIT);
        send(driver, "p", "no", 20, ROLLBACK);

        assertThat(sent).extracting(line -> line.get("status")).containsOnly("SEND_OK");
        awaitStored(driver, "yes", 20);
    }

    @Test
    void aMessageWhoseProducerDoesNotKnowIsAskedAbout() {
        producer(driver, "p", COMMIT);

        send(driver, "p", "asked", 10, UNKNOWN);

        awaitStored(driver, "asked", 10);
        assertThat(driver.events("check"))
                .extracting(line -> line.get("id"))
                .containsExactlyInAnyOrder(ids("asked", 10));
        assertThat(driver.events("check")).extracting(line -> line.get("topic")).containsOnly(TOPIC);
        assertThat(driver.events("check"))
                .extracting(line -> line.get("intact"))
                .containsOnly("true");
    }

    @Test
    void anotherProducerOfTheGroupIsAskedWhenTheFirstIsGone() {
        try (Driver first = client.start(sut.nameServer(), directory)) {
            producer(first, "first", UNKNOWN);
            send(first, "first", "left", 10, UNKNOWN);
            first.kill();
        }

        producer(driver, "second", COMMIT);

        awaitStored(driver, "left", 10);
    }

    @Test
    void nothingIsLostOrDeliveredTwiceWhenTheBrokerIsKilled() {
        producer(driver, "p", UNKNOWN);
        send(driver, "p", "done", 20, COMMIT);
        awaitStored(driver, "done", 20);
        send(driver, "p", "open", 20, UNKNOWN);
        driver.call("close", "name", "p");

        sut.kill();
        sut.start();
        try (Driver after = client.start(sut.nameServer(), directory)) {
            producer(after, "q", COMMIT);
            soon().untilAsserted(() -> assertThat(after.rows("drain", "topic", TOPIC))
                    .extracting(line -> line.get("id"))
                    .contains(ids("open", 20)));

            assertThat(after.rows("drain", "topic", TOPIC))
                    .extracting(line -> line.get("id"))
                    .doesNotHaveDuplicates()
                    .hasSize(40);
        }
    }

    private static void producer(Driver driver, String name, String check) {
        driver.call("txproducer", "name", name, "group", GROUP, "topic", TOPIC, "check", check);
    }

    private static List<Line> send(Driver driver, String producer, String prefix, int count, String local) {
        return driver.rows(
                "txsend", "producer", producer, "topic", TOPIC, "prefix", prefix, "count", count, "local", local);
    }

    /** Waits until the topic holds exactly these, each once. */
    private static void awaitStored(Driver driver, String prefix, int count) {
        soon().untilAsserted(() -> assertThat(driver.rows("drain", "topic", TOPIC))
                .extracting(line -> line.get("id"))
                .containsExactlyInAnyOrder(ids(prefix, count)));
    }

    private static String[] ids(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + "-" + i).toArray(String[]::new);
    }

    private static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(200));
    }
}
