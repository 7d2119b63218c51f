package io.firn.it.compaction;

import static io.firn.it.compaction.CompactedBroker.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.Driver;
import io.firn.it.harness.Driver.Answer;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.StoredLog;
import io.firn.it.harness.Sut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Apache RocketMQ 5.5.0 and Firn are given the same messages and show the same last value of each key; then Firn starts on
 * Apache's store, whose commit log has lost what only its compaction log still has.
 */
final class BesideApacheIT {

    private static final String TOPIC = "Table";
    private static final int KEYS = 40;
    private static final int BATCH = 100;
    private static final int MESSAGES = 1 + 15 * BATCH;
    private static final int DELETE_EXPIRED_COMMITLOG = 329;
    private static final String COMPACTED = "+cleanup.policy=COMPACTION";

    @TempDir
    Path directory;

    @Test
    void bothShowTheLastValueOfEachKeyAndFirnTakesOverTheStore() throws IOException {
        BrokerSpec spec = BrokerSpec.in(directory.resolve("apache"))
                .with("mappedFileSizeCommitLog", "2097152")
                .with("fileReservedTime", "1")
                .with("compactionCqMappedFileSize", "46000")
                .with("compactionMappedFileSize", "92000")
                .with("compactionScheduleInternal", "500");
        Map<String, String> table;
        try (Sut apache = Sut.start(Sut.Kind.APACHE, spec);
                Driver toApache = StockClient.V5_JSON.start(apache.nameServer(), directory);
                CompactedBroker firn = CompactedBroker.start(directory.resolve("firn"))) {
            assertThat(Topics.create(apache.broker(), TOPIC, 1, COMPACTED).code())
                    .isZero();
            firn.createTopic(TOPIC, 1);
            Driver toFirn = firn.driver(StockClient.V5_JSON);
            send(toApache);
            send(toFirn);
            firn.compact(TOPIC, 1);
            soon("Apache to compact").until(() -> readAll(toApache).size() < MESSAGES / 2);

            List<Line> ofFirn = readAll(toFirn);
            table = table(ofFirn);
            assertThat(ofFirn).as("one message of each key").hasSize(KEYS);
            assertThat(table(readAll(toApache))).isEqualTo(table);
            assertKnownDefects(apache, toApache, firn, toFirn);
            loseTheBeginning(apache, toApache);
            assertThat(apache.stop()).isIn(0, 143);
        }
        takeOver(spec, table);
    }

    private static void send(Driver driver) {
        driver.call("producer", "name", "p", "compressOver", Integer.MAX_VALUE);
        // the first key is written once only: what a commit log forgets first
        driver.call("send", "producer", "p", "topic", TOPIC, "prefix", "m", "count", 1, "keys", "once");
        for (int first = 1; first < MESSAGES; first += BATCH) {
            driver.call(
                    "send",
                    "producer",
                    "p",
                    "topic",
                    TOPIC,
                    "prefix",
                    "m",
                    "first",
                    first,
                    "count",
                    BATCH,
                    "mode",
                    "batch",
                    "keys",
                    "k#",
                    "keyspace",
                    KEYS - 1,
                    "size",
                    100);
        }
    }

    /** Everything from offset 0, whatever the broker says where the queue begins. */
    private static List<Line> readAll(Driver driver) {
        List<Line> all = new ArrayList<>();
        long offset = 0;
        while (true) {
            Answer answer = driver.call("pull", "group", "G_all", "topic", TOPIC, "queue", 0, "offset", offset);
            all.addAll(answer.rows());
            if (answer.end().number("next") <= offset
                    || answer.end().number("next") >= answer.end().number("max")) {
                return all;
            }
            offset = answer.end().number("next");
        }
    }

    /** Keys and the body of the last message of each, found as a consumer would: what comes later counts. */
    private static Map<String, String> table(List<Line> messages) {
        Map<String, String> table = new TreeMap<>();
        for (Line message : messages) {
            assertThat(message.get("intact")).isEqualTo("true");
            table.put(message.get("keys"), message.get("id"));
        }
        return table;
    }

    /** Where the answers differ, and the difference is Apache's mistake. */
    private static void assertKnownDefects(Sut apache, Driver toApache, CompactedBroker firn, Driver toFirn) {
        // a batch is not checked for keys; what has none is dropped later
        assertThat(Topics.create(apache.broker(), "Batches", 1, COMPACTED).code())
                .isZero();
        firn.createTopic("Batches", 1);
        assertThat(sendBatch(toApache).end().kind()).isEqualTo("ok");
        assertThat(sendBatch(toFirn).end().get("message")).contains("Required message key is missing");
        // no filter is asked: a message nobody subscribed to is sent to the client, which throws it away one by one
        Answer unfiltered =
                toApache.call("pull", "group", "G", "topic", TOPIC, "queue", 0, "offset", 0, "expr", "nobody");
        Answer filtered = toFirn.call("pull", "group", "G", "topic", TOPIC, "queue", 0, "offset", 0, "expr", "nobody");
        assertThat(unfiltered.end().number("next"))
                .as("Apache: a batch at a time")
                .isLessThan(MESSAGES);
        assertThat(filtered.end().number("next")).as("Firn: one jump").isEqualTo(MESSAGES);
    }

    private static Answer sendBatch(Driver driver) {
        return driver.attempt("send", "producer", "p", "topic", "Batches", "prefix", "b", "count", 3, "mode", "batch");
    }

    /** The oldest segments of the commit log are made old and dropped. */
    private static void loseTheBeginning(Sut apache, Driver driver) throws IOException {
        RawClient.createTopic(apache, "Filler", 1);
        driver.call("send", "producer", "p", "topic", "Filler", "prefix", "f", "count", 10, "size", 900_000);
        List<Path> segments = new StoredLog(apache.commitLog()).segments();
        soon("the first segments to be dropped").until(() -> {
            // again each time: what Apache has mapped may be written back late, which makes it young
            for (Path segment : segments.subList(0, 2)) {
                if (Files.exists(segment)) {
                    Files.setLastModifiedTime(segment, FileTime.from(Instant.now().minus(Duration.ofHours(3))));
                }
            }
            try (RawClient raw = new RawClient(apache.broker())) {
                raw.call(DELETE_EXPIRED_COMMITLOG);
            }
            return driver.rows("queues", "topic", TOPIC).getFirst().number("min") > 0;
        });
    }

    private void takeOver(BrokerSpec spec, Map<String, String> table) {
        try (CompactedBroker firn = CompactedBroker.start(spec)) {
            Driver driver = firn.driver(StockClient.V5_JSON);

            List<Line> read = readAll(driver);
            assertThat(table(read)).isEqualTo(table);
            assertThat(read.getFirst().get("keys"))
                    .as("only Apache's compaction log had it")
                    .isEqualTo("once");
            assertThat(driver.rows("queues", "topic", TOPIC).getFirst().number("min"))
                    .as("a consumer that begins at the beginning gets it")
                    .isZero();
            long taken = firn.status(TOPIC, 0, "cleanedTo");
            assertThat(taken).isPositive();
            driver.call("producer", "name", "p");
            driver.call("send", "producer", "p", "topic", TOPIC, "prefix", "m", "count", 1, "keys", "once");
            firn.compact(TOPIC, 1);
            assertThat(readAll(driver)).hasSize(KEYS);
            assertThat(firn.status(TOPIC, 0, "cleanedTo")).isEqualTo(MESSAGES + 1);
        }
    }
}
