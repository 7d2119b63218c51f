package io.firn.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.ConfigException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory that history is read to: shared, bounded, and given back. */
class ColdMemoryTest {

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
    void takesNoMoreMemoryThanItMayHoweverManyRepliesHoldIt() throws IOException {
        try (OpenLog open = history.written(new Random(5), 2 * SEGMENT, 3_000, 3)) {
            List<LogSlice> held = new ArrayList<>();
            for (long position = 0; position < SEGMENT; position += CELL) {
                held.add(open.log.load(position, 100, null));
            }
            assertThat(held.stream().filter(slice -> slice.hold() instanceof ColdChunk))
                    .hasSize(3);
            assertThat(open.metric("firn_log_cold_memory_bytes")).isEqualTo(3.0 * CHUNK);
            assertThat(open.metric("firn_log_cold_fallbacks_total")).isEqualTo(5);
            for (LogSlice slice : held) {
                ColdHistory.assertSameAsMapping(open.log, slice, slice.position(), 100);
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
        try (OpenLog open = history.written(new Random(6), SEGMENT, 3_000, 2)) {
            ColdHistory.touch(open, 0);
            ColdHistory.touch(open, CELL);
            ColdHistory.touch(open, 0);
            ColdHistory.touch(open, 2 * CELL);
            assertThat(open.metric("firn_log_cold_chunks_total")).isEqualTo(3);
            ColdHistory.touch(open, 0);
            assertThat(open.metric("firn_log_cold_chunks_total")).isEqualTo(3);
            ColdHistory.touch(open, CELL);
            assertThat(open.metric("firn_log_cold_chunks_total")).isEqualTo(4);
        }
    }

    @Test
    void givesItsMemoryBackWhenNobodyReadsHistory() throws IOException {
        try (OpenLog open = history.written(new Random(6), SEGMENT, 3_000, 4);
                LogSlice held = open.log.load(CELL, 100, null)) {
            ColdHistory.touch(open, 0);
            open.log.dropIdleHistory();
            assertThat(open.metric("firn_log_cold_memory_bytes")).isEqualTo(2.0 * CHUNK);
            open.log.dropIdleHistory();
            assertThat(open.metric("firn_log_cold_memory_bytes")).isEqualTo(1.0 * CHUNK);
            ColdHistory.assertSameAsMapping(open.log, held, CELL, 100);
        }
    }

    @Test
    void keepsWhatIsHeldWhenItsSegmentIsDeletedAndWhenTheLogCloses() throws IOException {
        LogSlice held;
        byte[] expected;
        try (OpenLog open = history.written(new Random(8), 2 * SEGMENT, 3_000, 8)) {
            held = open.log.load(CELL, 100, null);
            expected = ColdHistory.bytes(held.memory());
            assertThat(open.log.dropOldest()).isTrue();
            assertThat(open.log.load(CELL, 100, null)).isNull();
            // who stands in it goes on
            try (LogSlice beside = open.log.load(CELL, 100, held)) {
                assertThat(ColdHistory.bytes(beside.memory())).isEqualTo(expected);
            }
            assertThat(root.resolve("commitlog/" + LogFiles.name(0))).doesNotExist();
            assertThat(ColdHistory.bytes(held.memory())).isEqualTo(expected);
        }
        assertThat(ColdHistory.bytes(held.memory())).isEqualTo(expected);
        MemorySegment memory = held.memory();
        held.close();
        assertThat(memory.scope().isAlive()).isFalse();
    }

    @Test
    void readsAChunkOnceForAllWhoAskForIt() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        history.files.reading = (path, how) -> {
            reading.countDown();
            ColdHistory.await(goOn);
        };
        try (OpenLog open = history.written(new Random(13), SEGMENT, 3_000, 8);
                ExecutorService readers = Executors.newFixedThreadPool(4)) {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int from = 1_000 * i;
                answers.add(readers.submit(() -> ColdHistory.isSameAsMapping(open.log, from, 500)));
            }
            ColdHistory.await(reading);
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
        long seed = ColdHistory.seed();
        try (OpenLog open = history.written(new Random(seed), 2 * SEGMENT, 3_000, 2);
                ExecutorService readers = Executors.newFixedThreadPool(6)) {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Random random = new Random(seed + i);
                Callable<Boolean> read = () -> {
                    boolean same = true;
                    for (int n = 0; n < 1_000; n++) {
                        int size = 1 + random.nextInt(4_000);
                        same &= ColdHistory.isSameAsMapping(open.log, random.nextInt(SEGMENT - size), size);
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
    void tellsWhatIsLoadedWithoutWaitingForTheDisk() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (OpenLog open = history.written(new Random(18), SEGMENT, 3_000, 8);
                ExecutorService reader = Executors.newSingleThreadExecutor()) {
            assertThat(open.log.loaded(0, 100, null)).isNull();
            history.files.reading = (path, how) -> {
                reading.countDown();
                ColdHistory.await(goOn);
            };
            Future<Boolean> answer = reader.submit(() -> ColdHistory.isSameAsMapping(open.log, 0, 100));
            ColdHistory.await(reading);
            assertThat(open.log.loaded(0, 100, null)).isNull();
            goOn.countDown();
            assertThat(answer.get()).isTrue();
            try (LogSlice slice = open.log.loaded(0, 100, null);
                    LogSlice beside = open.log.loaded(CHUNK - 1, 1, slice)) {
                ColdHistory.assertSameAsMapping(open.log, slice, 0, 100);
                ColdHistory.assertSameAsMapping(open.log, beside, CHUNK - 1, 1);
                assertThat(open.log.loaded(CHUNK - 1, 2, slice)).isNull();
            }
            assertThat(open.log.loaded(open.log.appended().get() - 1, 1, null)).isNull();
        }
    }

    @Test
    void isSwitchedOffByTakingItsMemory() throws IOException {
        try (OpenLog open = history.written(new Random(15), SEGMENT, 3_000, 0)) {
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
}
