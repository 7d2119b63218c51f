package io.firn.it.compaction;

import static io.firn.it.compaction.CompactedBroker.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.Driver;
import io.firn.it.driver.Line;
import io.firn.it.harness.Peers;
import io.firn.it.harness.PluginDesk;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.Sut;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that has lost its disk and has its compacted topics back from the bucket of tiered-s3. */
final class RestoredTopicIT {

    private static final String TOPIC = "Table";
    private static final int QUEUES = 2;
    private static final Pattern ARCHIVED = Pattern.compile("\"archivedUpTo\":\\s*(\\d+)");
    private static final Pattern LOST = Pattern.compile("accept-gap --from (\\d+) --to (\\d+)");

    @TempDir
    private Path directory;

    @BeforeEach
    void onlyFirn() {
        assumeTrue(Sut.Kind.chosen() == Sut.Kind.FIRN, "the plugins are Firn's");
    }

    private CompactedBroker start(Path bucket) {
        BrokerSpec spec = BrokerSpec.in(directory.resolve("broker"));
        Path conf = spec.directory().resolve("conf");
        Path plugins = spec.directory().resolve("plugins");
        Path jar = Peers.pluginJar("tiered-s3");
        try {
            Files.createDirectories(plugins);
            Files.copy(jar, plugins.resolve(jar.getFileName()));
            Files.createDirectories(conf);
            Files.write(
                    conf.resolve("tiered-s3.properties"),
                    List.of("location=" + bucket.toUri(), "archive.max-lag=300ms", "state.interval=200ms"));
            Files.write(conf.resolve("compaction.properties"), List.of("archive=required"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return CompactedBroker.start(spec.with("firn.plugins.conf", conf.toString()));
    }

    private static List<Line> send(Driver driver, int count) {
        return driver.rows(
                "send", "producer", "p", "topic", TOPIC, "prefix", TOPIC, "count", count, "keys", "k#", "tags", "a");
    }

    private static void awaitGenerationsArchived(CompactedBroker broker) {
        for (int queue = 0; queue < QUEUES; queue++) {
            int id = queue;
            soon("queue " + queue + " is archived")
                    .until(() ->
                            broker.status(TOPIC, id, "archivedGeneration") == broker.status(TOPIC, id, "generation")
                                    && broker.status(TOPIC, id, "archiveLagMs") == 0);
        }
    }

    private static void awaitLogArchived(PluginDesk desk, Line message) {
        String id = message.get("offsetMsgId");
        long position = Long.parseUnsignedLong(id.substring(id.length() - 16), 16);
        soon("position " + position + " in the bucket").until(() -> {
            Matcher upTo = ARCHIVED.matcher(desk.run("status"));
            return upTo.find() && Long.parseLong(upTo.group(1)) > position;
        });
    }

    private static void awaitTopicSaved(Path bucket) {
        soon("a snapshot with the topic").until(() -> {
            try (Stream<Path> files = Files.walk(bucket)) {
                return files.filter(file -> file.getParent().endsWith("state")).anyMatch(RestoredTopicIT::namesTopic);
            }
        });
    }

    private static boolean namesTopic(Path snapshot) {
        try {
            return Files.readString(snapshot, StandardCharsets.ISO_8859_1).contains(TOPIC);
        } catch (IOException e) {
            return false; // replaced by a newer one just now
        }
    }

    private static void loseDisk(Path store) throws IOException {
        try (Stream<Path> files = Files.walk(store)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** What an operator does: topics come back, what was not archived of the log is given up. */
    private static void restore(PluginDesk desk) {
        String restored = soon("the archiver to see what is missing")
                .until(() -> desk.run("restore"), text -> text.contains("accept-gap"));
        assertThat(restored).containsPattern("\"refused\":\\s*\\[\\s*]");
        Matcher range = LOST.matcher(restored);
        assertThat(range.find()).as(restored).isTrue();
        desk.run("accept-gap", "from", range.group(1), "to", range.group(2));
    }

    @Test
    void hasItsCompactedTopicsBackAndGoesOn() throws IOException {
        Path bucket = directory.resolve("bucket");
        try (CompactedBroker broker = start(bucket);
                PluginDesk tiered = new PluginDesk(broker.process(), "tiered-s3")) {
            broker.createTopic(TOPIC, QUEUES);
            Driver driver = broker.driver(StockClient.V5_JSON);
            driver.call("producer", "name", "p", "retries", 0);
            for (int round = 0; round < 6; round++) {
                send(driver, 40);
            }
            List<Line> all = new ArrayList<>(broker.drain(TOPIC));
            assertThat(all).hasSize(240);
            broker.compact(TOPIC, QUEUES);
            awaitGenerationsArchived(broker);
            // a tail that no pass has seen: only the archive of the log has it
            List<Line> tail = send(driver, 10);
            awaitLogArchived(tiered, tail.getLast());
            awaitTopicSaved(bucket);
            List<Line> before = broker.drain(TOPIC);
            assertThat(before).hasSize(new LatestOfKeys(all).survivors().size() + 10);

            broker.process().kill();
            loseDisk(broker.process().spec().store());
            broker.process().start();
            restore(tiered);
            driver.call("forget");

            soon("all that was there")
                    .untilAsserted(() -> assertThat(Messages.identities(broker.drain(TOPIC)))
                            .isEqualTo(Messages.identities(before)));
            List<Line> more = send(driver, 4);
            assertThat(more)
                    .allSatisfy(sent -> assertThat(sent.number("offset"))
                            .as("an offset is given once")
                            .isGreaterThan(before.stream()
                                    .filter(line -> line.number("queue") == sent.number("queue"))
                                    .mapToLong(line -> line.number("offset"))
                                    .max()
                                    .orElseThrow()));

            List<Line> now = broker.drain(TOPIC);
            broker.compact(TOPIC, QUEUES);
            assertThat(Messages.identities(broker.drain(TOPIC)))
                    .isEqualTo(Messages.identities(new LatestOfKeys(now).survivors()));
            awaitGenerationsArchived(broker);
        }
    }
}
