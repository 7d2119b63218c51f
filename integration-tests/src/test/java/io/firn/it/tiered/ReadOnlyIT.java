package io.firn.it.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.firn.it.driver.Line;
import io.firn.it.harness.Driver;
import io.firn.it.harness.FirnProcess;
import io.firn.it.harness.PluginDesk;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.Sut;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old messages come from a read-only broker, new ones from the primary, to clients that know nothing of either. */
final class ReadOnlyIT {

    private static final String TOPIC = "Tiered";
    private static final int QUEUES = 4;
    private static final int COLD = 9_000;
    private static final int HOT = 400;
    private static final Pattern ARCHIVED = Pattern.compile("\"archivedUpTo\":\\s*(\\d+)");
    private static final Pattern REDIRECTED = Pattern.compile("\"redirected\":\\s*(\\d+)");
    private static final Pattern MISSES = Pattern.compile("\"misses\":\\s*(\\d+)");

    @TempDir
    private Path directory;

    @BeforeEach
    void onlyFirn() {
        assumeTrue(Sut.Kind.chosen() == Sut.Kind.FIRN, "the plugin is Firn's");
    }

    private Map<String, String> settings(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("location", directory.resolve("bucket").toUri().toString());
        settings.put("archive.max-lag", "300ms");
        settings.put("state.interval", "200ms");
        settings.put("frame.bytes", "16KiB");
        return settings;
    }

    private TieredBroker primary() {
        return TieredBroker.start(directory.resolve("primary"), settings(Map.of("read-only.brokers", "1")));
    }

    private TieredBroker reader(TieredBroker primary) {
        return TieredBroker.startReadOnly(
                directory.resolve("reader"),
                settings(Map.of("read-only.refresh", "200ms")),
                primary.process().nameServer().toString());
    }

    private static void sent(Driver driver, int first, int count) {
        List<Line> rows = driver.rows(
                "send", "producer", "p", "topic", TOPIC, "first", first, "count", count, "size", 700, "prefix", TOPIC);
        assertThat(rows).hasSize(count);
    }

    private static void send(TieredBroker primary, Driver driver) {
        RawClient.createTopic(primary.process(), TOPIC, QUEUES);
        driver.call("producer", "name", "p", "retries", 0, "timeout", 20_000);
        sent(driver, 0, COLD);
        primary.awaitLocalSegmentsGone();
    }

    private static long figure(FirnProcess broker, Pattern pattern) {
        try (PluginDesk desk = new PluginDesk(broker, "tiered-s3")) {
            String status = desk.run("status");
            Matcher found = pattern.matcher(status);
            assertThat(found.find()).as(status).isTrue();
            return Long.parseLong(found.group(1));
        }
    }

    private static void awaitSameArchive(TieredBroker primary, TieredBroker reader) {
        Awaitility.await("the read-only broker to have what the primary archived")
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(figure(reader.process(), ARCHIVED))
                        .isEqualTo(figure(primary.process(), ARCHIVED))
                        .isPositive());
    }

    private static void subscribe(Driver driver, String name) {
        driver.call("push", "name", name, "group", "G_" + name, "topic", TOPIC, "from", "FIRST", "order", "true");
    }

    private static void awaitReceived(Driver driver, String name, int count) {
        Awaitility.await(count + " messages by " + name)
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> driver.received(name).size() >= count);
    }

    /** Each message once, each queue's in order from its first on. */
    private static void assertOnceAndInOrder(List<Line> received, int count) {
        Set<String> ids = new HashSet<>();
        Map<Long, Long> next = new HashMap<>();
        for (Line message : received) {
            assertThat(ids.add(message.get("id"))).as("twice: %s", message).isTrue();
            long expected = next.merge(message.number("queue"), 1L, Long::sum) - 1;
            assertThat(message.number("offset")).as("%s", message).isEqualTo(expected);
        }
        assertThat(ids).hasSize(count);
    }

    @Test
    void oldMessagesComeFromTheReadOnlyBrokerAndNewOnesFromThePrimary() {
        try (TieredBroker primary = primary();
                Driver driver = StockClient.V5_JSON.start(primary.process().nameServer(), directory)) {
            send(primary, driver);
            try (TieredBroker reader = reader(primary)) {
                awaitSameArchive(primary, reader);
                driver.call("forget");
                subscribe(driver, "c");
                awaitReceived(driver, "c", COLD);
                sent(driver, COLD, HOT);
                awaitReceived(driver, "c", COLD + HOT);
                assertOnceAndInOrder(driver.received("c"), COLD + HOT);
                assertThat(figure(primary.process(), REDIRECTED)).isPositive();
                assertThat(figure(reader.process(), MISSES)).isPositive();
                assertThat(figure(primary.process(), MISSES))
                        .as("what the primary had to fetch itself")
                        .isLessThan(figure(reader.process(), MISSES));
                assertThat(reader.writtenBytes()).isZero();
                driver.call("close", "name", "c");
            }
        }
    }

    @Test
    void consumersGoOnAtThePrimaryWhenTheReadOnlyBrokerIsKilled() {
        try (TieredBroker primary = primary();
                Driver driver = StockClient.V5_JSON.start(primary.process().nameServer(), directory)) {
            send(primary, driver);
            try (TieredBroker reader = reader(primary)) {
                awaitSameArchive(primary, reader);
                driver.call("forget");
                subscribe(driver, "c");
                awaitReceived(driver, "c", COLD / 10);
                reader.process().kill();
                int atKill = driver.received("c").size();
                assertThat(atKill).isLessThan(COLD);
                awaitReceived(driver, "c", COLD);
                assertOnceAndInOrder(driver.received("c"), COLD);
                assertThat(figure(primary.process(), MISSES)).isPositive();
                driver.call("close", "name", "c");
            }
        }
    }
}
