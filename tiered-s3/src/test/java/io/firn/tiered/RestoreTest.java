package io.firn.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.contract.Deadline;
import io.firn.spi.fake.FakeCaller;
import io.firn.spi.fake.FakeTopics;
import io.firn.spi.read.SegmentLease;
import io.firn.tiered.archive.LostRange;
import io.firn.tiered.format.FormatException;
import io.firn.tiered.operator.NoArgs;
import io.firn.tiered.operator.RangeArgs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker comes back from the bucket alone. */
final class RestoreTest {
    private static final int SEGMENT = 4096;

    @TempDir
    private Path directory;

    private Room room(String name) throws IOException {
        return new Room(
                directory.resolve(name), Settings.at(directory.resolve("bucket").toUri()));
    }

    private List<Path> files(String part) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("bucket"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains(part))
                    .sorted()
                    .toList();
        }
    }

    private static Map<?, ?> map(Room room, String command) throws Exception {
        return (Map<?, ?>) Objects.requireNonNull(room.command(command, new NoArgs()));
    }

    private void live() throws Exception {
        try (Room room = room("a")) {
            room.context().topics().put(FakeTopics.topic("orders", 8));
            room.started();
            room.append(0, 200);
            room.context().groups().commit("g", Room.QUEUE, 17);
            room.ticks();
            room.context().groups().commit("g", Room.QUEUE, 42);
            room.pass(Duration.ofMinutes(2));
        }
    }

    @Test
    void anEmptyDiskGetsTopicsGroupsAndOffsetsBack() throws Exception {
        live();
        List<Path> before = files("/state/");
        assertThat(before).hasSize(2);
        try (Room room = room("b")) {
            room.log().beginAt(1 << 20);
            room.started();
            room.pass(Duration.ofMinutes(5));
            assertThat(files("/state/")).isEqualTo(before);
            Map<?, ?> restored = map(room, "restore");
            assertThat(restored.get("refused")).isEqualTo(List.of());
            assertThat((String) restored.get("lost")).contains("accept-gap --from ");
            assertThat(room.context().topics().get("orders")).contains(FakeTopics.topic("orders", 8));
            assertThat(room.context().groups().committed("g")).isEqualTo(Map.of(Room.QUEUE, 42L));
            long max = room.reader().coverage(Room.QUEUE).max();
            assertThat(room.read(0, max)).hasSize((int) max);
        }
    }

    @Test
    void snapshotsGoOnAfterTheRestore() throws Exception {
        live();
        try (Room room = room("b")) {
            room.log().beginAt(1 << 20);
            room.started();
            room.ticks();
            map(room, "restore");
            Map<?, ?> status = map(room, "status");
            LostRange lost = (LostRange) Objects.requireNonNull(status.get("lost"));
            room.command("accept-gap", new RangeArgs(lost.from(), lost.to()));
            room.context().groups().commit("g", Room.QUEUE, 43);
            room.context().groups().commit("h", Room.QUEUE, 1);
            room.pass(Duration.ofMinutes(2));
        }
        try (Room third = room("c")) {
            third.log().beginAt(1 << 21);
            third.started();
            third.ticks();
            assertThat(map(third, "restore").get("groups")).isEqualTo(2);
            assertThat(third.context().groups().committed("g")).isEqualTo(Map.of(Room.QUEUE, 43L));
        }
    }

    @Test
    void aDamagedSnapshotIsPassedOver() throws Exception {
        live();
        Path newest = files("/state/").getLast();
        byte[] bytes = Files.readAllBytes(newest);
        bytes[20] ^= 1;
        Files.write(newest, bytes);
        try (Room room = room("b")) {
            room.log().beginAt(1 << 20);
            room.started();
            map(room, "restore");
            assertThat(room.context().groups().committed("g")).isEqualTo(Map.of(Room.QUEUE, 17L));
        }
    }

    @Test
    void snapshotsOfWhichNoneCanBeReadAreNotBuried() throws Exception {
        live();
        List<Path> before = files("/state/");
        for (Path snapshot : before) {
            byte[] bytes = Files.readAllBytes(snapshot);
            bytes[20] ^= 1;
            Files.write(snapshot, bytes);
        }
        try (Room room = room("b")) {
            room.log().beginAt(1 << 20);
            room.started();
            room.pass(Duration.ofMinutes(5));
            assertThatThrownBy(() -> room.command("restore", new NoArgs()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("none of the 2 snapshots");
            room.pass(Duration.ofMinutes(5));
            assertThat(files("/state/")).isEqualTo(before);
        }
    }

    @Test
    void restoreSaysThatThereIsNoSnapshot() throws Exception {
        try (Room room = room("a").started()) {
            assertThat((String) map(room, "restore").get("state")).contains("no snapshot");
        }
    }

    @Test
    void nothingIsWrittenWhenNothingChanged() throws Exception {
        try (Room room = room("a").started()) {
            room.pass(Duration.ofMinutes(2));
            List<Path> first = files("/state/");
            assertThat(first).hasSize(1);
            for (int i = 0; i < 5; i++) {
                room.pass(Duration.ofMinutes(2));
            }
            assertThat(files("/state/")).isEqualTo(first);
            for (int i = 0; i < 9; i++) {
                room.context().groups().commit("g", Room.QUEUE, i);
                room.pass(Duration.ofMinutes(2));
            }
            assertThat(files("/state/")).hasSize(3);
        }
    }

    private static byte[] local(Room room, long from) {
        try (SegmentLease lease = Objects.requireNonNull(room.log().lease(from))) {
            ByteBuffer bytes = lease.bytes();
            byte[] copy = new byte[SEGMENT];
            bytes.get(bytes.position(), copy);
            return copy;
        }
    }

    private static Map<?, ?> rebuild(Room room, long from, long to, FakeCaller caller) throws Exception {
        return (Map<?, ?>) Objects.requireNonNull(room.command("rebuild", new RangeArgs(from, to), caller));
    }

    @Test
    void rebuildsTheExactBytesOfSegments() throws Exception {
        try (Room room = room("a").started()) {
            room.append(0, 300);
            room.ticks();
            for (long from = 0; from < 3 * SEGMENT; from += SEGMENT) {
                Map<?, ?> shown = rebuild(room, from, from + SEGMENT, FakeCaller.nobody());
                assertThat(shown.get("state")).isEqualTo("whole");
                Path file = Path.of((String) Objects.requireNonNull(shown.get("file")));
                assertThat(file.getFileName().toString()).matches("0*" + from).hasSize(20);
                assertThat(Files.readAllBytes(file)).isEqualTo(local(room, from));
            }
        }
    }

    @Test
    void aRebuildThatRunsOutOfTimeGoesOnWhereItWas() throws Exception {
        try (Room room = room("a").started()) {
            room.append(0, 300);
            room.ticks();
            FakeCaller late =
                    new FakeCaller(Optional.empty(), "local", Deadline.after(Duration.ZERO, System::nanoTime));
            assertThat(rebuild(room, 0, 2 * SEGMENT, late).get("state")).isEqualTo("part");
            Map<?, ?> shown = rebuild(room, 0, 2 * SEGMENT, FakeCaller.nobody());
            assertThat(shown.get("state")).isEqualTo("whole");
            byte[] bytes = Files.readAllBytes(Path.of((String) Objects.requireNonNull(shown.get("file"))));
            assertThat(bytes)
                    .startsWith(local(room, 0))
                    .endsWith(local(room, SEGMENT))
                    .hasSize(2 * SEGMENT);
            assertThatThrownBy(() -> rebuild(room, 0, 2 * SEGMENT, FakeCaller.nobody()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is there already");
        }
    }

    private static Path rebuilt(Room room, String ending) {
        return room.context().dataDir().resolve("rebuilt").resolve("0".repeat(20) + ending);
    }

    /** Time for so many slices; before each that is looked at, something is done. */
    private static FakeCaller slices(int count, Runnable before) {
        AtomicInteger calls = new AtomicInteger();
        LongSupplier nanos = () -> {
            int call = calls.getAndIncrement(); // the first makes the deadline
            if (call > 0) {
                before.run();
            }
            return Math.max(0, call - 1);
        };
        return new FakeCaller(Optional.empty(), "local", Deadline.after(Duration.ofNanos(count), nanos));
    }

    @Test
    void aRebuildUnderWayHasNoFileThatALaterOneWouldGoOnWith() throws Exception {
        try (Room room = room("a").started()) {
            room.append(0, 300);
            room.ticks();
            List<Boolean> parts = new ArrayList<>();
            FakeCaller caller = slices(1, () -> parts.add(Files.exists(rebuilt(room, ".part"))));
            assertThat(rebuild(room, 0, 2 * SEGMENT, caller).get("state")).isEqualTo("part");
            assertThat(parts).containsExactly(false, false);
            assertThat(rebuilt(room, ".part")).hasBinaryContent(local(room, 0));
        }
    }

    @Test
    void whatAKilledRebuildLeftIsThrownAway() throws Exception {
        try (Room room = room("a").started()) {
            room.append(0, 300);
            room.ticks();
            Files.createDirectories(rebuilt(room, "").getParent());
            Files.write(rebuilt(room, ".tmp"), new byte[2 * SEGMENT]);
            rebuild(room, 0, SEGMENT, FakeCaller.nobody());
            assertThat(rebuilt(room, "")).hasBinaryContent(local(room, 0));
            assertThat(rebuilt(room, ".tmp")).doesNotExist();
        }
    }

    @Test
    void ofTwoRebuildsOfOneFileTheSecondIsRefused() throws Exception {
        try (Room room = room("a").started()) {
            room.append(0, 300);
            room.ticks();
            FakeCaller caller = slices(
                    2,
                    () -> assertThatThrownBy(() -> rebuild(room, 0, SEGMENT, FakeCaller.nobody()))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("another rebuild from position 0 is under way"));
            rebuild(room, 0, 2 * SEGMENT, caller);
            assertThat(rebuilt(room, "")).hasSize(2 * SEGMENT);
        }
    }

    @Test
    void aRebuildThatEndsBeforeWhatIsWrittenIsRefused() throws Exception {
        try (Room room = room("a").started()) {
            room.append(0, 300);
            room.ticks();
            rebuild(room, 0, 3 * SEGMENT, slices(2, () -> {}));
            assertThatThrownBy(() -> rebuild(room, 0, SEGMENT, FakeCaller.nobody()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("reaches position 8192 already, behind --to 4096");
            assertThat(rebuilt(room, ".part")).hasSize(2 * SEGMENT);
        }
    }

    @Test
    void aRebuildRefusesRangesThatAreNoSlices() throws Exception {
        try (Room room = room("a").started()) {
            room.append(0, 300);
            room.ticks();
            assertThatThrownBy(() -> rebuild(room, 5, SEGMENT, FakeCaller.nobody()))
                    .hasMessageContaining("no archived slice begins at position 5");
            assertThatThrownBy(() -> rebuild(room, 0, SEGMENT - 1, FakeCaller.nobody()))
                    .hasMessageContaining("ends at 4096, behind --to 4095");
            assertThatThrownBy(() -> rebuild(room, 0, 1 << 20, FakeCaller.nobody()))
                    .hasMessageContaining("no archived slice begins at position");
        }
    }

    @Test
    void aRebuildFromADamagedObjectLeavesNoWrongBytes() throws Exception {
        try (Room room = room("a").started()) {
            room.append(0, 100);
            room.ticks();
            Path object = files(".rpk").getFirst();
            byte[] bytes = Files.readAllBytes(object);
            bytes[100] ^= 1;
            Files.write(object, bytes);
            assertThatThrownBy(() -> rebuild(room, 0, SEGMENT, FakeCaller.nobody()))
                    .isInstanceOf(FormatException.class);
            Path part = room.context().dataDir().resolve("rebuilt").resolve("0".repeat(20) + ".part");
            assertThat(part).isEmptyFile();
        }
    }
}
