package io.firn.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.cold.Coverage;
import io.firn.spi.fake.FakeTopics;
import io.firn.spi.fake.ManualClock;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.Topic;
import io.firn.tiered.archive.LostRange;
import io.firn.tiered.operator.NoArgs;
import io.firn.tiered.operator.RangeArgs;
import io.firn.tiered.operator.ScrubArgs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages past their topic's retention leave the bucket, others stay. */
final class RetentionTest {
    private static final QueueRef SHORT = new QueueRef("short", 0);
    private static final QueueRef LONG = new QueueRef("long", 0);

    @TempDir
    private Path directory;

    private Path bucket;

    @BeforeEach
    void bucket() {
        bucket = directory.resolve("bucket");
    }

    private Room room(String name) throws IOException {
        Room room = new Room(directory.resolve(name), Settings.at(bucket.toUri()));
        put(room, "short", "2h");
        put(room, "long", "forever");
        return room.started();
    }

    private static void put(Room room, String topic, String retention) {
        put(room, topic, Map.of("archive.retention", retention));
    }

    private static void put(Room room, String topic, Map<String, String> attributes) {
        Topic plain = FakeTopics.topic(topic, 1);
        room.context()
                .topics()
                .put(new Topic(
                        topic,
                        plain.kind(),
                        plain.layout(),
                        attributes,
                        plain.incarnation()));
    }

    private static void append(Room room, int from, int to) {
        for (int i = from; i < to; i++) {
            room.append(SHORT, i);
            room.append(LONG, i);
        }
    }

    private List<String> objects() throws IOException {
        try (Stream<Path> files = Files.walk(bucket)) {
            return files.map(Path::toString)
                    .filter(name -> name.contains(".rpk"))
                    .sorted()
                    .toList();
        }
    }

    private List<String> objects(String retentionClass) throws IOException {
        return objects().stream()
                .filter(name -> name.contains("/data/" + retentionClass + "/"))
                .toList();
    }

    @Test
    void topicsOfDifferentRetentionGoIntoDifferentObjects() throws Exception {
        try (Room room = room("a")) {
            append(room, 0, 100);
            room.ticks();
            assertThat(objects("1d")).isNotEmpty().hasSameSizeAs(objects("forever"));
            int max = (int) room.reader().coverage(SHORT).max();
            assertThat(room.read(SHORT, 0, max)).hasSize(max);
            assertThat(room.read(LONG, 0, max)).hasSize(max);
        }
    }

    @Test
    void dropsWhatIsPastItsRetentionAndDeletesItAfterTheGrace() throws Exception {
        try (Room room = room("a")) {
            append(room, 0, 100);
            room.ticks();
            room.pass(Duration.ofMinutes(70)); // the open segment's messages go to the bucket too
            Coverage before = room.reader().coverage(LONG);
            assertThat(before.max()).isEqualTo(100);
            List<String> old = objects("1d");
            List<String> kept = objects("forever");
            room.pass(Duration.ofMinutes(49));
            assertThat(room.reader().coverage(SHORT).min()).isZero();
            room.pass(Duration.ofMinutes(6));
            Coverage after = room.reader().coverage(SHORT);
            assertThat(after.min()).isEqualTo(after.max());
            assertThat(objects("1d")).isEqualTo(old);
            room.pass(Duration.ofMinutes(14));
            assertThat(objects("1d")).isEqualTo(old);
            room.pass(Duration.ofMinutes(2));
            assertThat(objects("1d")).isEmpty();
            assertThat(objects("forever")).isEqualTo(kept);
            assertThat(room.reader().coverage(LONG)).isEqualTo(before);
            assertThat(room.read(LONG, 0, before.max())).hasSize((int) before.max());
            assertThat(findings(room)).noneMatch(finding -> !finding.startsWith("gap"));
        }
    }

    private static List<String> findings(Room room) throws Exception {
        Map<?, ?> shown = (Map<?, ?>) Objects.requireNonNull(room.command("scrub", new ScrubArgs(100)));
        return ((List<?>) Objects.requireNonNull(shown.get("shown")))
                .stream()
                        .map(line -> ((Map<?, ?>) line).get("anomaly") + " " + ((Map<?, ?>) line).get("what"))
                        .toList();
    }

    @Test
    void theBeginOfAQueueMovesWithItsRetention() throws Exception {
        try (Room room = room("a")) {
            append(room, 0, 100);
            room.pass(Duration.ofHours(1));
            append(room, 100, 200);
            room.pass(Duration.ofMinutes(55));
            room.pass(Duration.ofMinutes(10));
            Coverage covered = room.reader().coverage(SHORT);
            assertThat(covered.min()).isBetween(80L, 100L);
            assertThat(room.read(SHORT, covered.min(), covered.max())).hasSize((int) (covered.max() - covered.min()));
            assertThat(room.reader().coverage(LONG).min()).isZero();
        }
    }

    @Test
    void aLongerRetentionKeepsWhatWasArchivedForAShorterOne() throws Exception {
        try (Room room = room("a")) {
            append(room, 0, 100);
            room.ticks();
            List<String> all = objects();
            put(room, "short", "30d");
            room.pass(Duration.ofDays(3));
            room.pass(Duration.ofDays(3));
            assertThat(objects()).containsAll(all);
            assertThat(room.reader().coverage(SHORT).min()).isZero();
            put(room, "short", "1h");
            room.pass(Duration.ofMinutes(10));
            room.pass(Duration.ofMinutes(20));
            assertThat(objects())
                    .doesNotContainAnyElementsOf(
                            all.stream().filter(name -> name.contains("/1d/")).toList());
        }
    }

    @Test
    void whatWasDroppedBeforeACrashIsDeletedByTheNextLifeAfterItsGrace() throws Exception {
        try (Room room = room("a")) {
            append(room, 0, 100);
            room.ticks();
            room.pass(Duration.ofHours(3));
        }
        assertThat(objects("1d")).isNotEmpty();
        try (Room next = room("b")) {
            next.log().beginAt(1 << 20);
            next.ticks();
            assertThat(objects("1d")).isNotEmpty();
            next.command("accept-gap", lost(next));
            next.ticks();
            next.pass(Duration.ofMinutes(10));
            assertThat(objects("1d")).isNotEmpty();
            next.pass(Duration.ofMinutes(10));
            assertThat(objects("1d")).isEmpty();
            assertThat(objects("forever")).isNotEmpty();
        }
    }

    /** Overwritten values are to go; what is kept of such a topic is archived by whoever compacts it. */
    @Test
    void whatIsCompactedIsKeptForADayUnlessTheTopicWantsItLonger() throws Exception {
        QueueRef table = new QueueRef("table", 0);
        QueueRef history = new QueueRef("history", 0);
        QueueRef plain = new QueueRef("plain", 0);
        try (Room room = room("a")) {
            put(room, "table", Map.of("cleanup.policy", "COMPACTION"));
            put(room, "history", Map.of("cleanup.policy", "COMPACTION", "archive.retention", "forever"));
            put(room, "plain", Map.of("cleanup.policy", "DELETE"));
            for (int i = 0; i < 100; i++) {
                room.append(table, i);
                room.append(history, i);
                room.append(plain, i);
            }
            room.ticks();
            assertThat(objects("1d")).isNotEmpty();
            room.pass(Duration.ofHours(23));
            room.pass(Duration.ofMinutes(10));
            assertThat(room.reader().coverage(table).min()).isZero();
            room.pass(Duration.ofHours(2));
            room.pass(Duration.ofMinutes(20));
            Coverage after = room.reader().coverage(table);
            assertThat(after.min()).isEqualTo(after.max()).isPositive();
            assertThat(objects("1d")).isEmpty();
            assertThat(room.reader().coverage(history).min()).isZero();
            assertThat(room.reader().coverage(plain).min()).isZero();
        }
    }

    /** Somebody makes the topics before the restore, without what they had. */
    @Test
    void nothingGoesByRetentionBeforeTheTopicsAreRestored() throws Exception {
        try (Room room = room("a")) {
            append(room, 0, 100);
            room.ticks();
            room.pass(Duration.ofMinutes(2));
        }
        List<String> all = objects();
        try (Room next = room("b")) {
            next.log().beginAt(1 << 20);
            put(next, "long", "1h");
            next.pass(Duration.ofHours(3));
            next.pass(Duration.ofHours(3));
            assertThat(objects()).isEqualTo(all);
            assertThat(next.context().health().words().get("state"))
                    .startsWith("degraded")
                    .contains("run restore");
            assertThat(refused(next))
                    .singleElement()
                    .asString()
                    .contains("topic long", "archive.retention=1h", "forever");
            next.pass(Duration.ofHours(3));
            assertThat(objects()).isEqualTo(all);
            put(next, "long", "forever");
            assertThat(refused(next)).isEmpty();
            next.pass(Duration.ofMinutes(5));
            next.pass(Duration.ofMinutes(20));
            assertThat(objects("1d")).isEmpty();
            assertThat(objects("forever")).isNotEmpty();
            assertThat(next.context().health().words()).containsEntry("state", "up");
        }
    }

    private static List<?> refused(Room room) throws Exception {
        Map<?, ?> shown = (Map<?, ?>) Objects.requireNonNull(room.command("restore", new NoArgs()));
        return (List<?>) Objects.requireNonNull(shown.get("refused"));
    }

    /** The last messages of a slice are all of one topic, so its two objects end at different times. */
    @Test
    void timesAndKeysAreFoundInSlicesOfSeveralObjects() throws Exception {
        try (Room room = room("a")) {
            for (int i = 0; i < 400; i++) {
                room.context().clock().advance(Duration.ofSeconds(1));
                room.append(i % 20 < 10 ? SHORT : LONG, i);
            }
            room.ticks();
            assertThat(room.reader().coverage(LONG).max()).isGreaterThan(100);
            for (int i = 0; i < room.reader().coverage(LONG).max(); i++) {
                int number = i / 10 * 20 + 10 + i % 10;
                long storedMs = ManualClock.START.plusSeconds(number + 1L).toEpochMilli();
                assertThat(room.offsetByTime(LONG, storedMs))
                        .as("offset of message %d", number)
                        .isEqualTo(i);
                assertThat(room.byKey(LONG, number, storedMs))
                        .as("message %d by key", number)
                        .isEqualTo(1);
            }
        }
    }

    private static RangeArgs lost(Room room) throws Exception {
        Map<?, ?> status = (Map<?, ?>) Objects.requireNonNull(room.command("status", new NoArgs()));
        LostRange lost = (LostRange) Objects.requireNonNull(status.get("lost"));
        return new RangeArgs(lost.from(), lost.to());
    }

    @Test
    void scrubNamesObjectsThatAreMissingAndFilesThatAreNotOurs() throws Exception {
        try (Room room = room("a")) {
            append(room, 0, 100);
            room.ticks();
            assertThat(findings(room)).isEmpty();
            Path gone = Path.of(objects("forever").getFirst());
            Files.copy(gone, gone.resolveSibling("who-made-this@"));
            Files.delete(gone);
            assertThat(findings(room))
                    .hasSize(2)
                    .anyMatch(finding -> finding.startsWith("missing ") && finding.contains("data/forever/"))
                    .anyMatch(finding -> finding.startsWith("foreign ") && finding.endsWith("/who-made-this"));
        }
    }
}
