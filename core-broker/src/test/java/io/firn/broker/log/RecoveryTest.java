package io.firn.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log makes of files that a crash, a power cut or a stranger left. */
class RecoveryTest {

    private static final int SEGMENT = OpenLog.SEGMENT_BYTES;
    private static final String FIRST = "00000000000000000000";
    private static final String SECOND = "00000000000000065536";

    @TempDir
    Path temp;

    @Test
    void processCrashLosesNothing() throws IOException {
        Path crashed;
        List<String> bodies;
        try (OpenLog open = OpenLog.in(temp.resolve("a"))) {
            for (int i = 0; i < 500; i++) {
                open.append(i % 3, "body " + i + "x".repeat(i));
            }
            bodies = open.bodies();
            crashed = OpenLog.crashCopy(temp.resolve("a"), temp.resolve("b"));
        }
        try (OpenLog open = OpenLog.in(crashed)) {
            assertThat(open.log.recovery().lastStop()).isEqualTo(RecoveryReport.LastStop.CRASHED);
            assertThat(open.bodies()).isEqualTo(bodies).hasSize(500);
            assertThat(open.log.flushed().get()).isEqualTo(open.log.appended().get());
        }
    }

    @Test
    void tornTailIsCutAndZeroed() throws IOException {
        Path root = temp.resolve("a");
        long good = store(root, "one", "two");
        markCrashed(root);
        Path file = segment(root, FIRST);
        byte[] torn = Arrays.copyOfRange(Files.readAllBytes(file), 0, 60);
        write(file, good, torn);
        write(file, good + 5000, torn);
        try (OpenLog open = OpenLog.in(root)) {
            assertThat(open.log.recovery().end()).isEqualTo(good);
            assertThat(open.log.recovery().bytesCut()).isEqualTo(5060);
            assertThat(open.bodies()).containsExactly("one", "two");
            byte[] bytes = Files.readAllBytes(file);
            assertThat(bytes).hasSize(SEGMENT);
            assertThat(Arrays.copyOfRange(bytes, (int) good, SEGMENT)).containsOnly(0);
        }
    }

    @Test
    void staleRecordBehindACutNeverComesBack() throws IOException {
        Path root = temp.resolve("a");
        List<Long> ends = new ArrayList<>();
        try (OpenLog open = OpenLog.in(root)) {
            for (int i = 0; i < 5; i++) {
                ends.add(open.append(0, "old " + i));
            }
        }
        // the second record is torn: three whole ones of the same length stand behind it
        forgetCheckpoint(root);
        markCrashed(root);
        write(segment(root, FIRST), ends.get(0) + 90, new byte[] {0x55});
        Path again;
        try (OpenLog open = OpenLog.in(root)) {
            assertThat(open.bodies()).containsExactly("old 0");
            open.append(0, "new 1");
            again = OpenLog.crashCopy(root, temp.resolve("b"));
        }
        try (OpenLog open = OpenLog.in(again)) {
            assertThat(open.bodies()).containsExactly("old 0", "new 1");
        }
    }

    @Test
    void tornTailTakesLaterSegmentsWithIt() throws IOException {
        Path root = temp.resolve("a");
        long first;
        try (OpenLog open = OpenLog.in(root, "flushIntervalCommitLog=3600000")) {
            first = open.append(0, "first");
            for (int i = 0; i < 3; i++) {
                open.appendSized(SEGMENT / 2);
            }
            OpenLog.crashCopy(root, temp.resolve("b"));
        }
        Path copy = temp.resolve("b");
        // a power cut: nothing was forced, the disk has the second segment but not all of the first
        write(segment(copy, FIRST), first, new byte[100]);
        try (OpenLog open = OpenLog.in(copy)) {
            assertThat(open.bodies()).containsExactly("first");
            assertThat(open.log.recovery().bytesCut()).isGreaterThan(SEGMENT / 2);
            open.append(0, "next");
            assertThat(open.bodies()).containsExactly("first", "next");
        }
    }

    @Test
    void damageBelowThePromiseIsRefusedWithFileAndPosition() throws IOException {
        Path root = temp.resolve("a");
        List<Long> ends = new ArrayList<>();
        try (OpenLog open = OpenLog.in(root)) {
            for (int i = 0; i < 5; i++) {
                ends.add(open.append(0, "body " + i));
            }
        }
        long damaged = ends.get(1);
        write(segment(root, FIRST), damaged + 89, new byte[] {0x55});
        assertThatThrownBy(() -> OpenLog.in(root))
                .isInstanceOfSatisfying(CorruptLogException.class, e -> {
                    assertThat(e.position()).isEqualTo(damaged);
                    assertThat(e.file()).isEqualTo(segment(root, FIRST));
                })
                .hasMessageContaining(FIRST)
                .hasMessageContaining("position " + damaged)
                .hasMessageContaining("BAD_CRC")
                .hasMessageContaining("firn.log.onCorruption=TRUNCATE");
        // nothing was touched: not the mark of a clean stop, nor that of a crash
        assertThat(root.resolve("abort")).doesNotExist();
        markCrashed(root);
        assertThatThrownBy(() -> OpenLog.in(root)).isInstanceOf(CorruptLogException.class);
        assertThat(root.resolve("abort")).exists();
        try (OpenLog open = OpenLog.in(root, "firn.log.onCorruption=TRUNCATE")) {
            assertThat(open.bodies()).containsExactly("body 0", "body 1");
            assertThat(open.log.recovery().bytesCut()).isEqualTo(ends.get(4) - damaged);
        }
        assertThat(root.resolve("abort")).doesNotExist();
        try (OpenLog open = OpenLog.in(root)) {
            assertThat(open.bodies()).containsExactly("body 0", "body 1");
        }
    }

    @Test
    void zeroedPageBelowThePromiseIsDamageToo() throws IOException {
        Path root = temp.resolve("a");
        long end = store(root, "one", "two");
        markCrashed(root);
        write(segment(root, FIRST), 0, new byte[(int) end]);
        assertThatThrownBy(() -> OpenLog.in(root))
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining("position 0")
                .hasMessageContaining("ZERO");
    }

    @Test
    void missingLastSegmentIsNamed() throws IOException {
        Path root = temp.resolve("a");
        try (OpenLog open = OpenLog.in(root)) {
            open.appendSized(SEGMENT - 8);
            open.append(0, "second");
        }
        Files.delete(segment(root, SECOND));
        assertThatThrownBy(() -> OpenLog.in(root))
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining(SECOND)
                .hasMessageContaining("no such segment");
        Files.delete(segment(root, FIRST));
        assertThatThrownBy(() -> OpenLog.in(root))
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining("there is no segment");
        try (OpenLog open = OpenLog.in(root, "firn.log.onCorruption=TRUNCATE")) {
            assertThat(open.log.recovery().end()).isZero();
        }
    }

    @Test
    void missingMiddleSegmentIsAGap() throws IOException {
        Path root = temp.resolve("a");
        try (OpenLog open = OpenLog.in(root)) {
            for (int i = 0; i < 3; i++) {
                open.appendSized(SEGMENT - 8);
            }
        }
        Files.delete(segment(root, SECOND));
        assertThatThrownBy(() -> OpenLog.in(root))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("gap")
                .hasMessageContaining(SECOND);
    }

    @Test
    void strayFileIsNamedAndFoldersAreIgnored() throws IOException {
        Path root = temp.resolve("a");
        store(root, "one");
        Files.createDirectory(root.resolve("commitlog/backup"));
        try (OpenLog open = OpenLog.in(root)) {
            assertThat(open.bodies()).containsExactly("one");
        }
        Path folder = Files.createDirectory(root.resolve("commitlog/00000000000001048576"));
        assertThatThrownBy(() -> OpenLog.in(root))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("is a directory");
        Files.delete(folder);
        Files.writeString(root.resolve("commitlog/.DS_Store"), "x");
        assertThatThrownBy(() -> OpenLog.in(root))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(".DS_Store")
                .hasMessageContaining("move it away");
    }

    @Test
    void wrongLengthNamesFileLengthAndKey() throws IOException {
        Path root = temp.resolve("a");
        store(root, "one");
        assertThatThrownBy(() -> OpenLog.in(root, "mappedFileSizeCommitLog=131072"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(FIRST)
                .hasMessageContaining("65536")
                .hasMessageContaining("mappedFileSizeCommitLog=131072");
        try (OpenLog open = OpenLog.in(root)) {
            assertThat(open.bodies()).containsExactly("one");
        }
    }

    @Test
    void nameBeyondEveryPositionIsNamed() throws IOException {
        Path root = temp.resolve("a");
        Files.createDirectories(root.resolve("commitlog"));
        Files.write(root.resolve("commitlog/99999999999999999999"), new byte[SEGMENT]);
        assertThatThrownBy(() -> OpenLog.in(root))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("99999999999999999999");
    }

    @Test
    void emptyLastFileIsDeleted() throws IOException {
        Path root = temp.resolve("a");
        store(root, "one");
        Files.createFile(segment(root, SECOND));
        markCrashed(root);
        try (OpenLog open = OpenLog.in(root)) {
            assertThat(open.bodies()).containsExactly("one");
        }
    }

    @Test
    void interruptedCutIsFinished() throws IOException {
        Path root = temp.resolve("a");
        long end = store(root, "one", "two");
        markCrashed(root);
        try (FileChannel channel = FileChannel.open(segment(root, FIRST), StandardOpenOption.WRITE)) {
            channel.truncate(end);
        }
        try (OpenLog open = OpenLog.in(root)) {
            assertThat(open.bodies()).containsExactly("one", "two");
            assertThat(segment(root, FIRST)).hasSize(SEGMENT);
        }
    }

    @Test
    void damagedCheckpointOnlyMakesRecoverySlower() throws IOException {
        Path root = temp.resolve("a");
        long end = store(root, "one", "two");
        for (byte[] content : new byte[][] {new byte[0], new byte[10], filled(4096, 0x7F), filled(4096, 0xFF)}) {
            Files.write(root.resolve("checkpoint"), content);
            try (OpenLog open = OpenLog.in(root)) {
                assertThat(open.bodies()).containsExactly("one", "two");
                assertThat(open.log.recovery().scanned()).isEqualTo(end);
                assertThat(open.log.recovery().dispatchFrom()).isZero();
            }
        }
    }

    @Test
    void cleanStopReadsNothingThatWasDispatched() {
        Path root = temp.resolve("a");
        long end;
        try (OpenLog open = OpenLog.in(root)) {
            end = open.append(0, "one");
            open.checkpoint.dispatched(end, 1);
        }
        try (OpenLog open = OpenLog.in(root)) {
            assertThat(open.log.recovery().scanned()).isZero();
            assertThat(open.log.recovery().dispatchFrom()).isEqualTo(end);
            open.append(0, "two");
        }
        try (OpenLog open = OpenLog.in(root)) {
            assertThat(open.log.recovery().dispatchFrom()).isEqualTo(end);
            assertThat(open.bodies()).containsExactly("one", "two");
        }
    }

    @Test
    void secondBrokerOnTheSameStoreIsRefused() {
        Path root = temp.resolve("a");
        try (OpenLog open = OpenLog.in(root)) {
            assertThatThrownBy(() -> OpenLog.in(root))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining(root.toString());
            open.append(0, "goes on");
        }
        assertThat(root.resolve("abort")).doesNotExist();
    }

    @Test
    void abortHoldsTheProcessIdWhileOpen() throws IOException {
        Path root = temp.resolve("a");
        try (OpenLog open = OpenLog.in(root)) {
            assertThat(open.directory.lastStop()).isEqualTo(RecoveryReport.LastStop.CLEAN);
            assertThat(root.resolve("abort"))
                    .hasContent(Long.toString(ProcessHandle.current().pid()));
            assertThat(root.resolve("lock")).hasContent("lock");
        }
        assertThat(Files.exists(root.resolve("abort"))).isFalse();
    }

    @Test
    void unwritableStoreIsNamed() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));
        assertThatThrownBy(() -> StoreDirectory.open(file.resolve("store")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(file.toString());
    }

    /** Kills and cuts the power at random, many times over; what was flushed is there, in order, and nothing else. */
    @Test
    void randomCrashesKeepWhatWasFlushedAndNothingTorn() throws IOException {
        long seed = Long.getLong("firn.seed", System.nanoTime());
        System.err.println("seed " + seed);
        Random random = new Random(seed);
        Path root = temp.resolve("0");
        List<String> expected = new ArrayList<>();
        int next = 0;
        for (int round = 1; round <= 60; round++) {
            Path copy = temp.resolve(Integer.toString(round));
            long flushed;
            int flushedCount;
            try (OpenLog open = OpenLog.in(root, "flushIntervalCommitLog=3600000")) {
                List<String> found = open.bodies();
                assertThat(found.size()).as("seed %s round %s", seed, round).isGreaterThanOrEqualTo(expected.size());
                assertThat(found.subList(0, expected.size()))
                        .as("seed %s", seed)
                        .isEqualTo(expected);
                expected = found;
                open.checkpoint.dispatched(
                        random.nextBoolean() ? open.log.appended().get() : 0, 1);
                int before = random.nextInt(200);
                for (int i = 0; i < before; i++) {
                    expected.add(appendRandom(open, random, next++));
                }
                open.awaitFlushed(open.log.appended().get());
                flushed = open.log.flushed().get();
                flushedCount = expected.size();
                if (random.nextBoolean()) {
                    open.checkpoint.write();
                }
                int after = random.nextInt(200);
                for (int i = 0; i < after; i++) {
                    expected.add(appendRandom(open, random, next++));
                }
                OpenLog.crashCopy(root, copy);
            }
            if (random.nextBoolean()) {
                powerCut(copy, flushed, random);
                expected = new ArrayList<>(expected.subList(0, flushedCount));
            }
            deleteTree(root);
            root = copy;
        }
    }

    private static String appendRandom(OpenLog open, Random random, int number) {
        String body = number + "-" + "z".repeat(random.nextInt(10) == 0 ? random.nextInt(20_000) : random.nextInt(300));
        open.append(0, body);
        return body;
    }

    /** Replaces what was not forced, page by page, by zeros, by garbage, or leaves it. */
    private static void powerCut(Path root, long flushed, Random random) throws IOException {
        try (var files = Files.list(root.resolve("commitlog"))) {
            for (Path file : files.sorted().toList()) {
                long base = Long.parseLong(file.getFileName().toString());
                for (long at = Math.max(0, flushed - base); at < SEGMENT; at += 4096 - (at % 4096)) {
                    byte[] page = new byte[(int) Math.min(4096 - (at % 4096), SEGMENT - at)];
                    int kind = random.nextInt(3);
                    if (kind == 1) {
                        random.nextBytes(page);
                    }
                    if (kind < 2) {
                        write(file, at, page);
                    }
                }
            }
        }
    }

    private static void deleteTree(Path root) throws IOException {
        try (var paths = Files.walk(root)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static long store(Path root, String... bodies) {
        try (OpenLog open = OpenLog.in(root)) {
            long end = 0;
            for (String body : bodies) {
                end = open.append(0, body);
            }
            return end;
        }
    }

    private static Path segment(Path root, String name) {
        return root.resolve("commitlog").resolve(name);
    }

    private static void markCrashed(Path root) throws IOException {
        Files.writeString(root.resolve("abort"), "1");
    }

    private static void forgetCheckpoint(Path root) throws IOException {
        Files.delete(root.resolve("checkpoint"));
    }

    private static byte[] filled(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static void write(Path file, long at, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), at);
        }
    }
}
