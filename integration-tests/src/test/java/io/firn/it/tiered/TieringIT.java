package io.firn.it.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.firn.it.crash.Ledger;
import io.firn.it.driver.Line;
import io.firn.it.harness.Driver;
import io.firn.it.harness.PluginDesk;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.Seed;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.Sut;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** What was archived and deleted is read as if it were still there. */
final class TieringIT {

    private static final String TOPIC = "Tiered";
    private static final String MARKS = "Marks";
    /** Behind all other groups in a snapshot. */
    private static final String GROUP = "Z_back";

    private static final int QUEUES = 4;
    private static final Pattern ARCHIVED = Pattern.compile("\"archivedUpTo\":\\s*(\\d+)");
    private static final Pattern LOST = Pattern.compile("accept-gap --from (\\d+) --to (\\d+)");

    private final Ledger ledger = new Ledger(TOPIC, QUEUES);

    @TempDir
    private Path directory;

    @BeforeEach
    void onlyFirn() {
        assumeTrue(Sut.Kind.chosen() == Sut.Kind.FIRN, "the plugin is Firn's");
    }

    private static void load(Driver driver) {
        driver.call(
                "load", "producer", "p", "topic", TOPIC, "prefix", TOPIC, "threads", 4, "size", 700, "tags", "a,b,c");
    }

    private void awaitAcks(Driver driver, int more) {
        int target = ledger.acknowledgedCount() + more;
        Awaitility.await("acknowledgements")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    ledger.acknowledge(driver.takeEvents("ack"));
                    return ledger.acknowledgedCount() >= target;
                });
    }

    private void unload(Driver driver) {
        driver.call("unload");
        ledger.acknowledge(driver.takeEvents("ack"));
    }

    private List<Line> readAll(TieredBroker broker, Driver reader) {
        List<Line> messages = reader.rows("drain", "topic", TOPIC);
        ledger.read(messages, broker.process().report());
        for (Line message : messages) {
            int number = Integer.parseInt(message.get("id").substring(TOPIC.length() + 1));
            assertThat(message.get("tags")).isEqualTo("abc".substring(number % 3, number % 3 + 1));
        }
        return messages;
    }

    @Test
    void readsEverythingFromTheBeginningAfterItsSegmentsAreGone() {
        try (TieredBroker broker = TieredBroker.start(directory, Map.of("frame.bytes", "16KiB"));
                Driver driver = StockClient.V5_JSON.start(broker.process().nameServer(), directory)) {
            RawClient.createTopic(broker.process(), TOPIC, QUEUES);
            driver.call("producer", "name", "p", "retries", 0, "timeout", 20_000);
            load(driver);
            awaitAcks(driver, 9_000);
            unload(driver);
            broker.awaitLocalSegmentsGone();

            List<Line> messages = readAll(broker, driver);
            assertThat(driver.rows("queues", "topic", TOPIC))
                    .allSatisfy(queue -> assertThat(queue.number("min")).isZero());
            readsOnlyTheTagsWanted(driver, messages);
            findsOffsetsByTime(driver, messages);
            consumesAllByPush(driver, messages.size());
        }
    }

    private static void readsOnlyTheTagsWanted(Driver driver, List<Line> messages) {
        long expected = messages.stream()
                .filter(message ->
                        message.number("queue") == 1 && message.get("tags").equals("b"))
                .count();
        long offset = 0;
        long found = 0;
        while (true) {
            Driver.Answer answer =
                    driver.call("pull", "group", "G_tags", "topic", TOPIC, "queue", 1, "offset", offset, "expr", "b");
            assertThat(answer.rows())
                    .allSatisfy(row -> assertThat(row.get("tags")).isEqualTo("b"));
            found += answer.rows().size();
            offset = answer.end().number("next");
            if (offset >= answer.end().number("max")) {
                break;
            }
        }
        assertThat(found).isEqualTo(expected);
    }

    private static void findsOffsetsByTime(Driver driver, List<Line> messages) {
        List<Line> ofQueue = messages.stream()
                .filter(message -> message.number("queue") == 2)
                .toList();
        for (int at : new int[] {0, ofQueue.size() / 3, ofQueue.size() / 2, ofQueue.size() - 1}) {
            long time = ofQueue.get(at).number("storeTime");
            long first = ofQueue.stream()
                    .filter(message -> message.number("storeTime") >= time)
                    .mapToLong(message -> message.number("offset"))
                    .min()
                    .orElseThrow();
            long found = driver.call("search", "topic", TOPIC, "queue", 2, "time", time)
                    .end()
                    .number("offset");
            assertThat(found).as("offset of time %d", time).isEqualTo(first);
        }
    }

    private static void consumesAllByPush(Driver driver, int count) {
        driver.clearEvents();
        driver.call("push", "name", "c", "group", "G_all", "topic", TOPIC, "from", "FIRST");
        Awaitility.await("all messages by push")
                .atMost(Duration.ofMinutes(2))
                .until(() -> driver.received("c").size() >= count);
        assertThat(driver.received("c").stream()
                        .map(message -> message.get("id"))
                        .distinct())
                .hasSize(count);
        driver.call("close", "name", "c");
    }

    @Test
    void isBackFromTheBucketWhenItsDiskIsGone() {
        Path bucket = directory.resolve("bucket");
        Map<String, String> settings =
                Map.of("location", bucket.toUri().toString(), "archive.max-lag", "300ms", "state.interval", "200ms");
        try (TieredBroker broker = TieredBroker.start(directory, settings);
                PluginDesk desk = new PluginDesk(broker.process(), "tiered-s3");
                Driver driver = StockClient.V5_JSON.start(broker.process().nameServer(), directory)) {
            RawClient.createTopic(broker.process(), TOPIC, QUEUES);
            RawClient.createTopic(broker.process(), MARKS, 1);
            driver.call("producer", "name", "p", "retries", 0, "timeout", 20_000);
            load(driver);
            awaitAcks(driver, 2_000);
            unload(driver);
            driver.call("pull", "group", GROUP, "topic", TOPIC, "queue", 1, "offset", 0, "commit", 17);
            assertThat(awaitArchived(desk, mark(driver))).isZero();
            awaitSnapshot(bucket);

            broker.process().kill();
            broker.loseDisk();
            broker.process().start();
            restores(desk);

            driver.call("forget");
            Line queue = driver.rows("queues", "topic", TOPIC, "group", GROUP).get(1);
            assertThat(queue.number("committed")).isEqualTo(17);
            assertThat(readAll(broker, driver)).hasSizeGreaterThanOrEqualTo(2_000);
            assertThat(awaitArchived(desk, mark(driver))).isOne();
        }
    }

    private static Line mark(Driver driver) {
        return driver.rows("send", "producer", "p", "topic", MARKS, "prefix", MARKS)
                .getFirst();
    }

    /** All of the log up to this message; tells its offset. */
    private static long awaitArchived(PluginDesk desk, Line message) {
        String id = message.get("offsetMsgId");
        long position = Long.parseUnsignedLong(id.substring(id.length() - 16), 16);
        Awaitility.await("position " + position + " in the bucket")
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    Matcher upTo = ARCHIVED.matcher(desk.run("status"));
                    return upTo.find() && Long.parseLong(upTo.group(1)) > position;
                });
        return message.number("offset");
    }

    /** A snapshot that says what the group has committed: its offsets come behind its name. */
    private static void awaitSnapshot(Path bucket) {
        Awaitility.await("a snapshot with the group's offsets")
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    try (Stream<Path> files = Files.walk(bucket)) {
                        return files.filter(file -> file.getParent().endsWith("state"))
                                .anyMatch(TieringIT::hasOffsets);
                    }
                });
    }

    private static boolean hasOffsets(Path snapshot) {
        try {
            String text = Files.readString(snapshot, StandardCharsets.ISO_8859_1);
            int group = text.indexOf(GROUP);
            return group >= 0 && text.indexOf(TOPIC, group) >= 0;
        } catch (IOException e) {
            return false; // replaced by a newer one just now
        }
    }

    /** What an operator does: topics, groups and offsets come back, what was not archived is given up. */
    private static void restores(PluginDesk desk) {
        String restored = Awaitility.await("the archiver to see what is missing")
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> desk.run("restore"), text -> text.contains("accept-gap"));
        assertThat(restored).containsPattern("\"refused\":\\s*\\[\\s*]");
        Matcher range = LOST.matcher(restored);
        assertThat(range.find()).as(restored).isTrue();
        desk.run("accept-gap", "from", range.group(1), "to", range.group(2));
    }

    @Test
    void losesNothingWhenItIsKilledWhileItArchives(TestReporter reporter) {
        Seed seed = Seed.choose();
        reporter.publishEntry(seed.toString());
        Random random = seed.random();
        try (TieredBroker broker = TieredBroker.start(directory, Map.of("archive.max-lag", "300ms"));
                Driver driver = StockClient.V5_JSON.start(broker.process().nameServer(), directory)) {
            RawClient.createTopic(broker.process(), TOPIC, QUEUES);
            driver.call("producer", "name", "p", "retries", 0, "timeout", 20_000);
            load(driver);
            for (int kill = 0; kill < 5; kill++) {
                awaitAcks(driver, 1_000 + random.nextInt(3_000));
                broker.process().kill();
                broker.process().start();
            }
            awaitAcks(driver, 1_000);
            unload(driver);
            broker.awaitLocalSegmentsGone();
            readAll(broker, driver);
        }
    }
}
