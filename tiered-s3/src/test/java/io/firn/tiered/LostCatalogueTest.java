package io.firn.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.cold.Coverage;
import io.firn.spi.fake.FakeTopics;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.Topic;
import io.firn.tiered.operator.NoArgs;
import io.firn.tiered.operator.ScrubArgs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of commits is lost or damaged; the objects say themselves what they are. */
final class LostCatalogueTest {
    private static final int SEGMENT = 4096;
    private static final QueueRef BRIEF = new QueueRef("brief", 0);

    @TempDir
    private Path directory;

    private Room room(String name) throws IOException {
        return new Room(
                directory.resolve(name), Settings.at(directory.resolve("bucket").toUri()));
    }

    private List<Path> under(String part) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("bucket"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains(part))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        }
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[20] ^= 1;
        Files.write(file, bytes);
    }

    private Coverage archived() throws Exception {
        try (Room room = room("a").started()) {
            room.append(0, 200);
            room.ticks();
            return room.reader().coverage(Room.QUEUE);
        }
    }

    private void comesBack(Coverage before) throws Exception {
        try (Room room = room("b")) {
            room.log().beginAt(1 << 20);
            room.started();
            assertThat(room.reader().coverage(Room.QUEUE)).isEqualTo(before);
            assertThat(room.read(0, before.max())).hasSize((int) before.max());
            room.ticks();
            Map<?, ?> scrubbed = (Map<?, ?>) Objects.requireNonNull(room.command("scrub", new ScrubArgs(10)));
            assertThat(scrubbed.get("findings")).isEqualTo(0);
        }
    }

    @Test
    void comesBackFromTheObjectsWhenAllOfTheLogIsGone() throws Exception {
        Coverage before = archived();
        for (Path record : under("/log/")) {
            Files.delete(record);
        }
        comesBack(before);
    }

    @Test
    void comesBackFromTheObjectsWhenARecordIsDamaged() throws Exception {
        Coverage before = archived();
        List<Path> log = under("/log/");
        flip(log.get(log.size() / 2));
        comesBack(before);
    }

    @Test
    void aDiskThatStillHasItsCopyComesBackToo() throws Exception {
        Coverage before = archived();
        for (Path record : under("/log/")) {
            Files.delete(record);
        }
        try (Room room = room("a").started()) {
            assertThat(room.reader().coverage(Room.QUEUE)).isEqualTo(before);
        }
    }

    private static Room twoClasses(Room room) {
        Topic plain = FakeTopics.topic("brief", 1);
        room.context()
                .topics()
                .put(new Topic(
                        "brief", plain.kind(), plain.layout(), Map.of("archive.retention", "1d"), plain.incarnation()));
        return room.started();
    }

    private static void append(Room room) {
        for (int i = 0; i < 100; i++) {
            room.append(Room.QUEUE, i);
            room.append(BRIEF, i);
        }
    }

    /** Two objects of each slice; of the last slice one is there. */
    private void losesLogAndOneOfTheLastTwoObjects() throws Exception {
        try (Room room = twoClasses(room("a"))) {
            append(room);
            room.ticks();
        }
        for (Path record : under("/log/")) {
            Files.delete(record);
        }
        Files.delete(under("/data/1d/").getLast());
    }

    @Test
    void aLastSliceThatMayBeUnfinishedIsArchivedAgain() throws Exception {
        losesLogAndOneOfTheLastTwoObjects();
        try (Room room = room("c")) {
            append(room);
            twoClasses(room);
            room.ticks();
            for (QueueRef queue : List.of(Room.QUEUE, BRIEF)) {
                int max = (int) room.reader().coverage(queue).max();
                assertThat(max).isGreaterThan(50);
                assertThat(room.read(queue, 0, max)).hasSize(max);
            }
            assertThat(room.reader().nextPositionFloor())
                    .isEqualTo(room.log().segments().getLast().from());
        }
    }

    /** Its other object may have been dropped by retention. */
    @Test
    void aLastSliceThatTheDiskHasNotIsKeptAsItIs() throws Exception {
        losesLogAndOneOfTheLastTwoObjects();
        long before = under("/data/forever/").size();
        try (Room room = room("b")) {
            room.log().beginAt(1 << 20);
            twoClasses(room);
            room.pass(Duration.ofHours(1));
            room.pass(Duration.ofHours(1));
            int max = (int) room.reader().coverage(Room.QUEUE).max();
            assertThat(max).isGreaterThan((int) room.reader().coverage(BRIEF).max());
            assertThat(room.read(0, max)).hasSize(max);
            assertThat(under("/data/forever/")).hasSize((int) before);
        }
    }

    private static Object archivedUpTo(Room room) throws Exception {
        Map<?, ?> status = (Map<?, ?>) Objects.requireNonNull(room.command("status", new NoArgs()));
        return Objects.requireNonNull(status.get("archivedUpTo"));
    }

    private void losesLogAndObjects(Path... objects) throws IOException {
        for (Path record : under("/log/")) {
            Files.delete(record);
        }
        for (Path object : objects) {
            Files.delete(object);
        }
    }

    @Test
    void aSliceInTheMiddleThatOnlyTheDiskHasIsArchivedAgain() throws Exception {
        Coverage before = archived();
        losesLogAndObjects(under("/data/").get(1));
        try (Room room = room("c")) {
            room.append(0, 200);
            room.started();
            assertThat(archivedUpTo(room)).isEqualTo((long) SEGMENT);
            room.ticks();
            assertThat(room.reader().coverage(Room.QUEUE)).isEqualTo(before);
            assertThat(room.read(0, before.max())).hasSize((int) before.max());
        }
    }

    @Test
    void aFirstSliceThatOnlyTheDiskHasIsArchivedAgain() throws Exception {
        Coverage before = archived();
        losesLogAndObjects(under("/data/").getFirst());
        try (Room room = room("c")) {
            room.append(0, 200);
            room.started();
            room.ticks();
            assertThat(room.reader().coverage(Room.QUEUE)).isEqualTo(before);
            assertThat(room.read(0, before.max())).hasSize((int) before.max());
        }
    }

    @Test
    void aSliceInTheMiddleWithoutOneOfItsObjectsIsArchivedAgain() throws Exception {
        try (Room room = twoClasses(room("a"))) {
            append(room);
            room.ticks();
        }
        losesLogAndObjects(under("/data/1d/").get(1));
        try (Room room = room("c")) {
            append(room);
            twoClasses(room);
            assertThat(archivedUpTo(room)).isEqualTo((long) SEGMENT);
            room.ticks();
            int max = (int) room.reader().coverage(BRIEF).max();
            assertThat(room.read(BRIEF, 0, max)).hasSize(max);
        }
    }

    @Test
    void ofAHoleWhatTheDiskHasNotIsAGap() throws Exception {
        Coverage before = archived();
        losesLogAndObjects(under("/data/").get(1), under("/data/").get(2));
        try (Room room = room("c")) {
            room.append(0, 200);
            room.log().lose(2 * SEGMENT);
            room.started();
            assertThat(archivedUpTo(room)).isEqualTo(2L * SEGMENT);
            room.ticks();
            assertThat(room.reader().coverage(Room.QUEUE).max()).isEqualTo(before.max());
        }
    }

    /** Its positions say nothing about the archive's. */
    @Test
    void aHoleDoesNotMakeAnotherLogOurs() throws Exception {
        archived();
        losesLogAndObjects(under("/data/").getFirst());
        try (Room room = room("c")) {
            room.append(0, 30);
            assertThatThrownBy(room::started).hasMessageContaining("is the archive of another log");
        }
    }

    @Test
    void archivingGoesOnBehindARebuiltCatalogue() throws Exception {
        Coverage before = archived();
        for (Path record : under("/log/")) {
            Files.delete(record);
        }
        try (Room room = room("c").started()) {
            room.append(0, 400);
            room.ticks();
            Coverage after = room.reader().coverage(Room.QUEUE);
            assertThat(after.max()).isGreaterThan(before.max());
            assertThat(room.read(0, after.max())).hasSize((int) after.max());
            room.pass(Duration.ofMinutes(1));
        }
    }
}
