package io.firn.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** History read past the page cache is the history that was written. */
class ColdReadsTest {

    private static final int SEGMENT = ColdHistory.SEGMENT;
    private static final int CELL = ColdHistory.CELL;
    private static final int CHUNK = ColdHistory.CHUNK;

    @TempDir
    Path root;

    private ColdHistory history;

    @BeforeEach
    void prepare() {
        history = new ColdHistory(root);
    }

    @Test
    void givesTheBytesOfTheMapping() throws IOException {
        long seed = ColdHistory.seed();
        Random random = new Random(seed);
        try (OpenLog open = history.written(random, 3 * SEGMENT, 300_000, 4)) {
            long end = open.log.appended().get();
            LogSlice beside = null;
            for (int i = 0; i < 3_000; i++) {
                long position = random.nextLong(end);
                int size = 1 + random.nextInt(random.nextInt(10) == 0 ? 2 * CELL : 3_000);
                LogSlice slice = open.log.load(position, size, beside);
                ColdHistory.assertSameAsMapping(open.log, slice, position, size);
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
        try (OpenLog open = history.written(new Random(7), 2 * SEGMENT, 40_000, 3)) {
            List<long[]> records = ColdHistory.recordsOf(open);
            LogSlice beside = null;
            for (long[] record : records) {
                LogSlice slice = open.log.load(record[0], (int) record[1], beside);
                ColdHistory.assertSameAsMapping(open.log, slice, record[0], (int) record[1]);
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
        try (OpenLog open = history.written(new Random(1), SEGMENT, 3_000, 8)) {
            int size = CHUNK + 1;
            try (LogSlice slice = open.log.load(0, size, null)) {
                assertThat(slice.hold()).isInstanceOf(MappedFile.class);
                ColdHistory.assertSameAsMapping(open.log, slice, 0, size);
            }
            assertThat(open.metric("firn_log_cold_fallbacks_total")).isOne();
        }
    }

    @Test
    void leavesTheEndOfTheLogToTheMapping() throws IOException {
        try (OpenLog open = history.written(new Random(2), SEGMENT, 3_000, 8, "firn.log.coldDistance=3MiB")) {
            long end = open.log.appended().get();
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
        try (OpenLog open = history.written(new Random(3), 3 * odd, 3_000, 8, "mappedFileSizeCommitLog=" + odd)) {
            for (long position : new long[] {odd - 5, odd - 1000, 2L * odd - 1, odd}) {
                int size = (int) Math.min(5, odd - position % odd);
                try (LogSlice slice = open.log.load(position, size, null)) {
                    assertThat(slice.hold()).isInstanceOf(ColdChunk.class);
                    ColdHistory.assertSameAsMapping(open.log, slice, position, size);
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
        try (OpenLog open = history.written(new Random(4), SEGMENT, 3_000, 8)) {
            end = open.log.appended().get();
        }
        // a crash, and a tail that never was a record
        Files.createFile(root.resolve("abort"));
        Path last = root.resolve("commitlog/" + LogFiles.name(end / SEGMENT * SEGMENT));
        try (var channel = FileChannel.open(last, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}), end % SEGMENT);
        }
        try (OpenLog open = history.open(8)) {
            assertThat(open.log.appended().get()).isEqualTo(end);
            List<long[]> records = ColdHistory.recordsOf(open);
            for (int i = 0; i < 2_000; i++) {
                open.appendSized(3_000);
            }
            open.awaitFlushed(open.log.appended().get());
            for (long[] record : records) {
                try (LogSlice slice = open.log.load(record[0], (int) record[1], null)) {
                    ColdHistory.assertSameAsMapping(open.log, slice, record[0], (int) record[1]);
                }
            }
            assertThat(open.metric("firn_log_cold_chunks_total")).isPositive();
        }
    }

    @Test
    void readsTheMappingWhenTheFileIsDeletedMeanwhile() throws IOException {
        try (OpenLog open = history.written(new Random(9), SEGMENT, 3_000, 8)) {
            history.files.reading = (path, how) -> {
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
        history.files.reading = (path, how) -> {
            if (how.length > 1) {
                throw new UnsupportedOperationException("no direct reads here");
            }
        };
        try (OpenLog open = history.written(new Random(10), SEGMENT, 3_000, 8)) {
            for (long position = 0; position < SEGMENT - CHUNK; position += CELL) {
                try (LogSlice slice = open.log.load(position, 100, null)) {
                    assertThat(slice.hold()).isInstanceOf(ColdChunk.class);
                    ColdHistory.assertSameAsMapping(open.log, slice, position, 100);
                }
            }
        }
    }

    @Test
    void saysWhichFileTheDiskCanNotRead() throws IOException {
        try (OpenLog open = history.written(new Random(11), SEGMENT, 3_000, 8)) {
            ColdHistory.touch(open, 0);
            history.files.reading = (path, how) -> {
                throw new IOException("Input/output error");
            };
            assertThatThrownBy(() -> open.log.load(CELL, 100, null))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("can not read")
                    .hasMessageContaining(LogFiles.name(0))
                    .hasMessageContaining("Input/output error");
            assertThat(open.metric("firn_log_cold_memory_bytes")).isEqualTo(1.0 * CHUNK);
            history.files.reading = FaultyFiles.SOUND;
            ColdHistory.touch(open, CELL);
        }
    }

    @Test
    void doesNotTakeAFailingDiskForAFileSystemWithoutDirectReads() throws IOException {
        try (OpenLog open = history.written(new Random(12), SEGMENT, 3_000, 8)) {
            history.files.reading = (path, how) -> {
                throw new IOException("Input/output error");
            };
            assertThatThrownBy(() -> open.log.load(CELL, 100, null)).isInstanceOf(StorageException.class);
            List<Integer> options = new ArrayList<>();
            history.files.reading = (path, how) -> options.add(how.length);
            ColdHistory.touch(open, CELL);
            assertThat(options).containsExactly(2);
        }
    }

    @Test
    void readsWhatIsInMemoryWhereItIs() throws IOException {
        try (OpenLog open = history.written(new Random(14), SEGMENT, 3_000, 8)) {
            history.files.forgets = false;
            try (LogSlice slice = open.log.load(CELL, 100, null)) {
                assertThat(slice.hold()).isInstanceOf(MappedFile.class);
            }
            assertThat(open.metric("firn_log_cold_fallbacks_total")).isZero();
        }
    }

    @Test
    void growsASliceAsFarAsItsMemoryReaches() throws IOException {
        try (OpenLog open = history.written(new Random(16), SEGMENT, 3_000, 8)) {
            long[] positions = {0, CELL - 1, CELL, SEGMENT - 1, SEGMENT};
            long[] reaches = {
                CHUNK, CHUNK, CELL + CHUNK, SEGMENT, open.log.appended().get()
            };
            for (int i = 0; i < positions.length; i++) {
                LogSlice slice = open.log.load(positions[i], 1, null);
                assertThat(open.log.reach(slice)).isEqualTo(reaches[i]);
                int size = (int) (reaches[i] - positions[i]);
                try (LogSlice grown = slice.grown(size)) {
                    ColdHistory.assertSameAsMapping(open.log, grown, positions[i], size);
                }
            }
        }
    }

    @Test
    void looksOnceWhetherACellIsInMemory() throws IOException {
        try (OpenLog open = history.written(new Random(17), SEGMENT, 3_000, 8)) {
            history.files.forgets = false;
            try (LogSlice first = open.log.load(CELL, 100, null)) {
                history.files.forgets = true;
                try (LogSlice second = open.log.load(CELL + 100, 100, first);
                        LogSlice third = open.log.load(2 * CELL, 100, second)) {
                    assertThat(second.hold()).isInstanceOf(MappedFile.class);
                    assertThat(third.hold()).isInstanceOf(ColdChunk.class);
                }
            }
        }
    }
}
