package io.firn.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.record.TestMessage;
import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** History read past the page cache is the history that was written. */
class ColdReadsTest {

    private static final int SEGMENT = 8 << 20;
    private static final int CELL = ColdChunk.CELL_BYTES;
    private static final int CHUNK = ColdChunk.BYTES;

    @TempDir
    Path root;

    private final FaultyFiles files = new FaultyFiles();

    @BeforeEach
    void forget() {
        files.forgets = true;
    }

    @Test
    void givesTheBytesOfTheMapping() throws IOException {
        long seed = Long.getLong("firn.seed", System.nanoTime());
        System.out.println("ColdReadsTest seed " + seed + " (-Dfirn.seed=" + seed + ")");
        Random random = new Random(seed);
        try (OpenLog open = history(random, 3 * SEGMENT, 300_000, 4)) {
            long end = open.log.appended().get();
            LogSlice beside = null;
            for (int i = 0; i < 3_000; i++) {
                long position = random.nextLong(end);
                int size = 1 + random.nextInt(random.nextInt(10) == 0 ? 2 * CELL : 3_000);
                LogSlice slice = open.log.load(position, size, beside);
                assertSameAsMapping(open.log, slice, position, size);
                if (beside != null) {
                    beside.close();
                }
                beside = slice;
            }
            if (beside != null) {
                beside.close();
            }
            assertThat(open.metric("firn_log_cold_chunks_total")).isPositive();
            assertThat(open.metric("firn_log_cold_hits_total")).isPositive();
            assertThat(open.metric("firn_log_cold_fallbacks_total")).isPositive();
        }
    }

    @Test
    void givesEveryRecordOfAWalkWhereItStands() throws IOException {
        try (OpenLog open = history(new Random(7), 2 * SEGMENT, 40_000, 3)) {
            List<long[]> records = records(open);
            LogSlice beside = null;
            for (long[] record : records) {
                LogSlice slice = open.log.load(record[0], (int) record[1], beside);
                assertSameAsMapping(open.log, slice, record[0], (int) record[1]);
                if (beside != null) {
                    beside.close();
                }
                beside = slice;
            }
            beside.close();
            // no record is longer than the overlap: each is whole in a chunk, wherever it begins
            assertThat(open.metric("firn_log_cold_fallbacks_total")).isZero();
            assertThat(open.metric("firn_log_cold_bytes_total")).isGreaterThan(SEGMENT);
        }
    }

    @Test
    void readsThroughTheMappingWhatIsLargerThanAChunk() throws IOException {
        try (OpenLog open = history(new Random(1), SEGMENT, 3_000, 8)) {
            int size = CHUNK + 1;
            try (LogSlice slice = open.log.load(0, size, null)) {
                assertThat(slice.hold()).isInstanceOf(MappedFile.class);
                assertSameAsMapping(open.log, slice, 0, size);
            }
            assertThat(open.metric("firn_log_cold_fallbacks_total")).isOne();
            assertThat(open.log.loadableEnd(0)).isEqualTo(CHUNK);
            assertThat(open.log.loadableEnd(CELL - 1)).isEqualTo(CHUNK);
            assertThat(open.log.loadableEnd(CELL)).isEqualTo(CELL + CHUNK);
            assertThat(open.log.loadableEnd(SEGMENT - 1)).isEqualTo(SEGMENT);
        }
    }

    @Test
    void leavesTheEndOfTheLogToTheMapping() throws IOException {
        try (OpenLog open = history(new Random(2), SEGMENT, 3_000, 8, "firn.log.coldDistance=3MiB")) {
            long end = open.log.appended().get();
            assertThat(open.log.loadableEnd(end - 3 * CELL)).isEqualTo(Long.MAX_VALUE);
            try (LogSlice near = open.log.load(end - 3 * CELL, 100, null);
                    // farther, but the chunk it would lie in is not all as far
                    LogSlice between = open.log.load(end - 3 * CELL - 1, 100, null);
                    LogSlice far = open.log.load(end - 3 * CELL - CHUNK, 100, null)) {
                assertThat(near.hold()).isInstanceOf(MappedFile.class);
                assertThat(between.hold()).isInstanceOf(MappedFile.class);
                assertThat(far.hold()).isInstanceOf(ColdChunk.class);
            }
            assertThat(open.log.load(end, 1, null)).isNull();
            assertThat(open.log.load(end + 5L * SEGMENT, 1, null)).isNull();
            assertThat(open.log.load(-1, 1, null)).isNull();
            assertThat(open.log.load(5, -1, null)).isNull();
        }
    }

    @Test
    void readsTheLastBlockOfAFileThatEndsWithinIt() throws IOException {
        int odd = 2 * CELL + 1000;
        try (OpenLog open = history(new Random(3), 3 * odd, 3_000, 8, "mappedFileSizeCommitLog=" + odd)) {
            for (long position : new long[] {odd - 5, odd - 1000, 2L * odd - 1, odd}) {
                int size = (int) Math.min(5, odd - position % odd);
                try (LogSlice slice = open.log.load(position, size, null)) {
                    assertThat(slice.hold()).isInstanceOf(ColdChunk.class);
                    assertSameAsMapping(open.log, slice, position, size);
                    assertThat(slice.segmentPosition()).isEqualTo(position / odd * odd);
                    assertThat(slice.segmentEnd()).isEqualTo(position / odd * odd + odd);
                }
            }
            assertThat(open.log.load(odd - 5, 6, null)).isNull();
        }
    }

    @Test
    void readsWhatRecoveryLeftOfACutLog() throws IOException {
        long end;
        try (OpenLog open = history(new Random(4), SEGMENT, 3_000, 8)) {
            end = open.log.appended().get();
        }
        // a crash, and a tail that never was a record
        Files.createFile(root.resolve("abort"));
        Path last = root.resolve("commitlog/" + LogFiles.name(end / SEGMENT * SEGMENT));
        try (var channel = FileChannel.open(last, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}), end % SEGMENT);
        }
        try (OpenLog open = open(8)) {
            assertThat(open.log.appended().get()).isEqualTo(end);
            List<long[]> records = records(open);
            for (int i = 0; i < 2_000; i++) {
                open.appendSized(3_000);
            }
            open.awaitFlushed(open.log.appended().get());
            for (long[] record : records) {
                try (LogSlice slice = open.log.load(record[0], (int) record[1], null)) {
                    assertSameAsMapping(open.log, slice, record[0], (int) record[1]);
                }
            }
            assertThat(open.metric("firn_log_cold_chunks_total")).isPositive();
        }
    }

    @Test
    void takesNoMoreMemoryThanItMayHoweverManyRepliesHoldIt() throws IOException {
        try (OpenLog open = history(new Random(5), 2 * SEGMENT, 3_000, 3)) {
            List<LogSlice> held = new ArrayList<>();
            for (long position = 0; position < SEGMENT; position += CELL) {
                held.add(open.log.load(position, 100, null));
            }
            assertThat(held.stream().filter(slice -> slice.hold() instanceof ColdChunk))
                    .hasSize(3);
            assertThat(open.metric("firn_log_cold_memory_bytes")).isEqualTo(3.0 * CHUNK);
            assertThat(open.metric("firn_log_cold_fallbacks_total")).isEqualTo(5);
            for (LogSlice slice : held) {
                assertSameAsMapping(open.log, slice, slice.position(), 100);
                slice.close();
            }
            try (LogSlice again = open.log.load(5 * CELL, 100, null)) {
                assertThat(again.hold()).isInstanceOf(ColdChunk.class);
            }
            assertThat(open.metric("firn_log_cold_memory_bytes")).isEqualTo(3.0 * CHUNK);
        }
    }

    @Test
    void makesRoomByTheChunkThatWasNotAskedForTheLongest() throws IOException {
        try (OpenLog open = history(new Random(6), SEGMENT, 3_000, 2)) {
            touch(open, 0);
            touch(open, CELL);
            touch(open, 0);
            touch(open, 2 * CELL);
            assertThat(open.metric("firn_log_cold_chunks_total")).isEqualTo(3);
            touch(open, 0);
            assertThat(open.metric("firn_log_cold_chunks_total")).isEqualTo(3);
            touch(open, CELL);
            assertThat(open.metric("firn_log_cold_chunks_total")).isEqualTo(4);
        }
    }

    @Test
    void givesItsMemoryBackWhenNobodyReadsHistory() throws IOException {
        try (OpenLog open = history(new Random(6), SEGMENT, 3_000, 4);
                LogSlice held = open.log.load(CELL, 100, null)) {
            touch(open, 0);
            open.log.dropIdleHistory();
            assertThat(open.metric("firn_log_cold_memory_bytes")).isEqualTo(2.0 * CHUNK);
            open.log.dropIdleHistory();
            assertThat(open.metric("firn_log_cold_memory_bytes")).isEqualTo(1.0 * CHUNK);
            assertSameAsMapping(open.log, held, CELL, 100);
        }
    }

    @Test
    void keepsWhatIsHeldWhenItsSegmentIsDeletedAndWhenTheLogCloses() throws IOException {
        LogSlice held;
        byte[] expected;
        try (OpenLog open = history(new Random(8), 2 * SEGMENT, 3_000, 8)) {
            held = open.log.load(CELL, 100, null);
            expected = bytes(held.memory());
            assertThat(open.log.dropOldest()).isTrue();
            assertThat(open.log.load(CELL, 100, null)).isNull();
            // who stands in it goes on
            try (LogSlice beside = open.log.load(CELL, 100, held)) {
                assertThat(bytes(beside.memory())).isEqualTo(expected);
            }
            assertThat(root.resolve("commitlog/" + LogFiles.name(0))).doesNotExist();
            assertThat(bytes(held.memory())).isEqualTo(expected);
        }
        assertThat(bytes(held.memory())).isEqualTo(expected);
        MemorySegment memory = held.memory();
        held.close();
        assertThat(memory.scope().isAlive()).isFalse();
    }

    @Test
    void readsTheMappingWhenTheFileIsDeletedMeanwhile() throws IOException {
        try (OpenLog open = history(new Random(9), SEGMENT, 3_000, 8)) {
            files.reading = (path, how) -> {
                throw new NoSuchFileException(path.toString());
            };
            try (LogSlice slice = open.log.load(CELL, 100, null)) {
                assertThat(slice.hold()).isInstanceOf(MappedFile.class);
            }
            assertThat(open.metric("firn_log_cold_fallbacks_total")).isOne();
            assertThat(open.metric("firn_log_cold_memory_bytes")).isZero();
        }
    }

    @Test
    void readsOrdinarilyWhereTheFileSystemRefusesDirectReads() throws IOException {
        files.reading = (path, how) -> {
            if (how.length > 1) {
                throw new UnsupportedOperationException("no direct reads here");
            }
        };
        try (OpenLog open = history(new Random(10), SEGMENT, 3_000, 8)) {
            for (long position = 0; position < SEGMENT - CHUNK; position += CELL) {
                try (LogSlice slice = open.log.load(position, 100, null)) {
                    assertThat(slice.hold()).isInstanceOf(ColdChunk.class);
                    assertSameAsMapping(open.log, slice, position, 100);
                }
            }
        }
    }

    @Test
    void saysWhichFileTheDiskCanNotRead() throws IOException {
        try (OpenLog open = history(new Random(11), SEGMENT, 3_000, 8)) {
            touch(open, 0);
            files.reading = (path, how) -> {
                throw new IOException("Input/output error");
            };
            assertThatThrownBy(() -> open.log.load(CELL, 100, null))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("can not read")
                    .hasMessageContaining(LogFiles.name(0))
                    .hasMessageContaining("Input/output error");
            assertThat(open.metric("firn_log_cold_memory_bytes")).isEqualTo(1.0 * CHUNK);
            files.reading = FaultyFiles.SOUND;
            touch(open, CELL);
        }
    }

    @Test
    void doesNotTakeAFailingDiskForAFileSystemWithoutDirectReads() throws IOException {
        try (OpenLog open = history(new Random(12), SEGMENT, 3_000, 8)) {
            files.reading = (path, how) -> {
                throw new IOException("Input/output error");
            };
            assertThatThrownBy(() -> open.log.load(CELL, 100, null)).isInstanceOf(StorageException.class);
            List<Integer> options = new ArrayList<>();
            files.reading = (path, how) -> options.add(how.length);
            touch(open, CELL);
            assertThat(options).containsExactly(2);
        }
    }

    @Test
    void readsAChunkOnceForAllWhoAskForIt() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        files.reading = (path, how) -> {
            reading.countDown();
            await(goOn);
        };
        try (OpenLog open = history(new Random(13), SEGMENT, 3_000, 8);
                ExecutorService readers = Executors.newFixedThreadPool(4)) {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int from = 1_000 * i;
                answers.add(readers.submit(() -> isSameAsMapping(open.log, from, 500)));
            }
            await(reading);
            // who asks for something else does not wait for the disk
            try (LogSlice tail = open.log.load(open.log.appended().get() - 100, 100, null)) {
                assertThat(tail.hold()).isInstanceOf(MappedFile.class);
            }
            goOn.countDown();
            for (Future<Boolean> answer : answers) {
                assertThat(answer.get()).isTrue();
            }
            assertThat(open.metric("firn_log_cold_chunks_total")).isOne();
            assertThat(open.metric("firn_log_cold_hits_total")).isEqualTo(3);
        }
    }

    @Test
    void servesRacingReadersWithLessMemoryThanTheyWant() throws Exception {
        long seed = Long.getLong("firn.seed", System.nanoTime());
        System.out.println("ColdReadsTest seed " + seed + " (-Dfirn.seed=" + seed + ")");
        try (OpenLog open = history(new Random(seed), 2 * SEGMENT, 3_000, 2);
                ExecutorService readers = Executors.newFixedThreadPool(6)) {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Random random = new Random(seed + i);
                Callable<Boolean> read = () -> {
                    boolean same = true;
                    for (int n = 0; n < 1_000; n++) {
                        int size = 1 + random.nextInt(4_000);
                        same &= isSameAsMapping(open.log, random.nextInt(SEGMENT - size), size);
                        if (n % 100 == 0) {
                            open.log.dropIdleHistory();
                        }
                    }
                    return same;
                };
                answers.add(readers.submit(read));
            }
            for (Future<Boolean> answer : answers) {
                assertThat(answer.get()).isTrue();
            }
            assertThat(open.metric("firn_log_cold_memory_bytes")).isLessThanOrEqualTo(2.0 * CHUNK);
        }
    }

    @Test
    void readsWhatIsInMemoryWhereItIs() throws IOException {
        try (OpenLog open = history(new Random(14), SEGMENT, 3_000, 8)) {
            files.forgets = false;
            try (LogSlice slice = open.log.load(CELL, 100, null)) {
                assertThat(slice.hold()).isInstanceOf(MappedFile.class);
            }
            assertThat(open.metric("firn_log_cold_fallbacks_total")).isZero();
        }
    }

    @Test
    void isSwitchedOffByTakingItsMemory() throws IOException {
        try (OpenLog open = history(new Random(15), SEGMENT, 3_000, 0)) {
            assertThat(open.log.loadableEnd(0)).isEqualTo(Long.MAX_VALUE);
            try (LogSlice slice = open.log.load(CELL, 100, null)) {
                assertThat(slice.hold()).isInstanceOf(MappedFile.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1MiB", "1114111"})
    void refusesMemoryThatNoChunkFitsIn(String memory) {
        assertThatThrownBy(() -> OpenLog.config(root, "firn.log.coldMemory=" + memory))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("firn.log.coldMemory")
                .hasMessageContaining("1088KiB");
    }

    private OpenLog history(Random random, long bytes, int largest, int chunks, String... settings) throws IOException {
        OpenLog open = open(chunks, settings);
        while (open.log.appended().get() < bytes) {
            byte[] body = new byte[1 + random.nextInt(largest)];
            random.nextBytes(body);
            open.append(TestMessage.of("T", 0, body));
        }
        open.awaitFlushed(open.log.appended().get());
        return open;
    }

    private OpenLog open(int chunks, String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "mappedFileSizeCommitLog=" + SEGMENT,
                "firn.log.coldDistance=0",
                "firn.log.coldMemory=" + (long) chunks * CHUNK));
        all.addAll(Arrays.asList(settings));
        return OpenLog.in(root, files, all.toArray(String[]::new));
    }

    /** Position and size of every record. */
    private static List<long[]> records(OpenLog open) {
        List<long[]> records = new ArrayList<>();
        try (LogReader reader = open.log.reader(0)) {
            while (reader.next(open.log.appended().get())) {
                records.add(new long[] {reader.position(), reader.view().totalSize()});
            }
        }
        return records;
    }

    /** Asks for a few bytes, which come out of a chunk. */
    private static void touch(OpenLog open, long position) {
        try (LogSlice slice = open.log.load(position, 100, null)) {
            assertThat(slice.hold()).isInstanceOf(ColdChunk.class);
            assertSameAsMapping(open.log, slice, position, 100);
        }
    }

    private static boolean isSameAsMapping(CommitLog log, long position, int size) {
        try (LogSlice slice = log.load(position, size, null)) {
            assertSameAsMapping(log, slice, position, size);
            return true;
        }
    }

    private static void assertSameAsMapping(CommitLog log, @Nullable LogSlice slice, long position, int size) {
        try (LogSlice mapped = log.slice(position, size)) {
            if (mapped == null) {
                assertThat(slice).isNull();
                return;
            }
            assertThat(slice.position()).isEqualTo(position);
            assertThat(slice.size()).isEqualTo(size);
            assertThat(slice.path()).isEqualTo(mapped.path());
            assertThat(slice.memory().mismatch(mapped.memory()))
                    .as("first different byte of %d at %d", size, position)
                    .isEqualTo(-1);
        }
    }

    private static byte[] bytes(MemorySegment memory) {
        return memory.toArray(ValueLayout.JAVA_BYTE);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
