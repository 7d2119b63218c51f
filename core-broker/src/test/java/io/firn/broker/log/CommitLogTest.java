package io.firn.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.record.EncodedRecords;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.SysFlag;
import io.firn.broker.record.TestMessage;
import io.firn.broker.runtime.StorageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommitLogTest {

    private static final int SEGMENT = OpenLog.SEGMENT_BYTES;

    @TempDir
    Path root;

    @Test
    void keepsWhatWasAppendedOverACleanStop() {
        try (OpenLog open = OpenLog.in(root)) {
            open.append(0, "one");
            open.append(1, "two");
        }
        assertThat(root.resolve("abort")).doesNotExist();
        try (OpenLog open = OpenLog.in(root)) {
            RecoveryReport recovery = open.log.recovery();
            assertThat(recovery.lastStop()).isEqualTo(RecoveryReport.LastStop.CLEAN);
            assertThat(recovery.bytesCut()).isZero();
            assertThat(open.bodies()).containsExactly("one", "two");
            open.append(0, "three");
            assertThat(open.bodies()).containsExactly("one", "two", "three");
        }
    }

    @Test
    void givesEachRecordItsPlace() {
        try (OpenLog open = OpenLog.in(root)) {
            EncodedRecords first = open.encoder.encode(TestMessage.of("T", 3, "a"));
            open.log.writer().append(first, open.tail(3));
            assertThat(first.position()).isZero();
            assertThat(first.queueOffset()).isZero();
            long end = first.endPosition();
            EncodedRecords second = open.encoder.encode(TestMessage.of("T", 3, "b"));
            open.log.writer().append(second, open.tail(3));
            assertThat(second.position()).isEqualTo(end);
            assertThat(second.queueOffset()).isEqualTo(1);
            assertThat(open.log.appended().get()).isEqualTo(second.endPosition());
            try (LogReader reader = open.log.reader(0)) {
                assertThat(reader.next(open.log.appended().get())).isTrue();
                assertThat(reader.next(open.log.appended().get())).isTrue();
                RecordView view = reader.view();
                assertThat(view.physicalOffset()).isEqualTo(end).isEqualTo(reader.position());
                assertThat(view.queueOffset()).isEqualTo(1);
                assertThat(view.storeTimestamp()).isEqualTo(second.storeTimestamp());
                assertThat(reader.next(open.log.appended().get())).isFalse();
            }
        }
    }

    @Test
    void preparedRecordsTakeNoQueueOffset() {
        try (OpenLog open = OpenLog.in(root)) {
            open.append(TestMessage.of("T", 0, "half").withSysFlag(SysFlag.TRANSACTION_PREPARED));
            open.append(TestMessage.of("T", 0, "whole"));
            assertThat(open.tail(0).next()).isEqualTo(1);
        }
    }

    /** Behind the records 8 + extra bytes are left for the next one of 100 bytes. */
    @ParameterizedTest
    @ValueSource(ints = {-9, -8, -7, -4, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 92, 100, 108})
    void rollsToNextSegmentWhenRecordAndFillerDoNotFit(int extra) {
        int next = 100;
        int first = SEGMENT - next - 8 - extra;
        List<String> bodies;
        try (OpenLog open = OpenLog.in(root)) {
            open.appendSized(first);
            EncodedRecords records = open.encoder.encode(TestMessage.of("T", 0, "yyyyyyyy"));
            assertThat(records.length()).isEqualTo(next);
            open.log.writer().append(records, open.tail(0));
            assertThat(records.position()).isEqualTo(extra >= 0 ? first : SEGMENT);
            bodies = open.bodies();
            assertThat(bodies).hasSize(2);
        }
        try (OpenLog open = OpenLog.in(root)) {
            assertThat(open.bodies()).isEqualTo(bodies);
        }
    }

    @Test
    void fillerTellsHowManyBytesAreLeft() throws IOException {
        try (OpenLog open = OpenLog.in(root)) {
            open.appendSized(SEGMENT - 50);
            open.appendSized(100);
        }
        byte[] bytes = Files.readAllBytes(root.resolve("commitlog/00000000000000000000"));
        assertThat(bytes).hasSize(SEGMENT);
        assertThat(java.nio.ByteBuffer.wrap(bytes).getLong(SEGMENT - 50)).isEqualTo(50L << 32 | 0xCBD43194L);
    }

    @Test
    void batchThatDoesNotFitGoesWholeToTheNextSegment() {
        try (OpenLog open = OpenLog.in(root)) {
            open.appendSized(SEGMENT - 300);
            EncodedRecords batch = open.encoder.encodeBatch(batch("a", "b", "c"));
            assertThat(batch.count()).isEqualTo(3);
            assertThat(batch.sizeOf(0)).isLessThan(290);
            open.log.writer().append(batch, open.tail(0));
            assertThat(batch.position()).isEqualTo(SEGMENT);
            assertThat(batch.positionOf(2)).isEqualTo(SEGMENT + batch.offsetOf(2));
            assertThat(batch.queueOffset()).isEqualTo(1);
            assertThat(open.tail(0).next()).isEqualTo(4);
            assertThat(open.bodies().subList(1, 4)).containsExactly("a".repeat(100), "b".repeat(100), "c".repeat(100));
        }
    }

    private static TestMessage batch(String... letters) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (String letter : letters) {
            body.writeBytes(TestMessage.sub(0, letter.repeat(100).getBytes(StandardCharsets.UTF_8), new byte[0]));
        }
        return TestMessage.of("T", 0, body.toByteArray());
    }

    @Test
    void refusesRecordsThatFitInNoSegment() {
        try (OpenLog open = OpenLog.in(root)) {
            open.appendSized(SEGMENT - 8);
            assertThatThrownBy(() -> open.appendSized(SEGMENT - 7))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("65529")
                    .hasMessageContaining("65528");
            assertThat(open.tail(0).next()).isEqualTo(1);
            open.append(0, "goes on");
            assertThat(open.bodies()).hasSize(2);
        }
    }

    @Test
    void preparesTheNextSegmentAheadAndDeletesItAtCleanStop() throws IOException {
        Path spare = root.resolve("commitlog/00000000000000065536");
        try (OpenLog open = OpenLog.in(root)) {
            open.append(0, "one");
            Awaitility.await().until(() -> Files.exists(spare));
            assertThat(Files.size(spare)).isEqualTo(SEGMENT);
        }
        assertThat(spare).doesNotExist();
        try (Stream<Path> files = Files.list(root.resolve("commitlog"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void sliceIsNullOutsideTheLog() {
        try (OpenLog open = OpenLog.in(root)) {
            long end = open.append(0, "one");
            assertThat(open.log.slice(0, (int) end + 1)).isNull();
            assertThat(open.log.slice(end, 1)).isNull();
            assertThat(open.log.slice(-1, 1)).isNull();
            assertThat(open.log.slice(0, -1)).isNull();
            assertThat(open.log.slice(Long.MAX_VALUE, 10)).isNull();
            try (LogSlice slice = open.log.slice(0, (int) end)) {
                assertThat(slice).isNotNull();
                assertThat(slice.size()).isEqualTo((int) end);
                assertThat(slice.asByteBuffer().getInt(0)).isEqualTo((int) end);
            }
        }
    }

    @Test
    void closedLogRefusesAppendsAndWaiters() {
        OpenLog open = OpenLog.in(root);
        open.append(0, "one");
        open.log.close();
        assertThatThrownBy(() -> open.append(0, "two"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("closed");
        open.close();
    }

    @Test
    void unmapsEverythingOnceTheLastSliceIsClosed() {
        OpenLog open = OpenLog.in(root);
        open.append(0, "one");
        LogSlice slice = open.log.slice(0, 50);
        open.close();
        assertThat(slice.memory().get(java.lang.foreign.ValueLayout.JAVA_BYTE, 7))
                .isEqualTo((byte) 0xA7);
        slice.close();
        assertThat(slice.memory().scope().isAlive()).isFalse();
    }

    @Test
    void dropsOnlySealedSegmentsThatAreOnDisk() {
        try (OpenLog open = OpenLog.in(root)) {
            assertThat(open.log.dropOldest()).isFalse();
            open.appendSized(SEGMENT - 8);
            long end = open.append(0, "second");
            open.awaitFlushed(end);
            assertThat(open.log.segments()).hasSize(2);
            assertThat(open.log.segments().getFirst().state()).isEqualTo(SegmentStats.State.SEALED);
            try (LogSlice held = open.log.slice(0, SEGMENT - 8);
                    LogReader late = open.log.reader(0)) {
                assertThat(open.log.dropOldest()).isTrue();
                assertThat(open.log.minPosition()).isEqualTo(SEGMENT);
                assertThat(open.log.slice(0, 10)).isNull();
                assertThat(held.memory().get(java.lang.foreign.ValueLayout.JAVA_BYTE, SEGMENT - 13))
                        .isEqualTo((byte) 'x');
                assertThat(late.next(end)).isTrue();
                assertThat(late.position()).isEqualTo(SEGMENT);
            }
            assertThat(open.log.dropOldest()).isFalse();
            assertThat(root.resolve("commitlog/00000000000000000000")).doesNotExist();
        }
        try (OpenLog open = OpenLog.in(root)) {
            assertThat(open.log.minPosition()).isEqualTo(SEGMENT);
            assertThat(open.bodies()).containsExactly("second");
        }
    }

    @Test
    void sixtyFourAppendersGetDenseQueueOffsets() throws Exception {
        int threads = 64;
        int each = 200;
        try (OpenLog open = OpenLog.in(root)) {
            QueueTail[] tails = {new QueueTail(0), new QueueTail(0), new QueueTail(0)};
            CountDownLatch start = new CountDownLatch(1);
            try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
                List<Future<?>> done = new ArrayList<>();
                for (int t = 0; t < threads; t++) {
                    int id = t;
                    done.add(pool.submit(() -> {
                        start.await();
                        appendMany(open, tails, id, each);
                        return null;
                    }));
                }
                start.countDown();
                for (Future<?> one : done) {
                    one.get();
                }
            }
            long[] next = new long[tails.length];
            try (LogReader reader = open.log.reader(0)) {
                while (reader.next(open.log.appended().get())) {
                    int queue = reader.view().queueId();
                    assertThat(reader.view().queueOffset()).isEqualTo(next[queue]++);
                }
            }
            assertThat(next[0] + next[1] + next[2]).isEqualTo((long) threads * each);
            assertThat(open.faults).isEmpty();
        }
    }

    private static void appendMany(OpenLog open, QueueTail[] tails, int thread, int count) {
        var encoder = new io.firn.broker.record.RecordEncoder(OpenLog.STORE, 1 << 20);
        for (int i = 0; i < count; i++) {
            int queue = (thread + i) % tails.length;
            EncodedRecords records = encoder.encode(TestMessage.of("T", queue, thread + "-" + i + "x".repeat(i)));
            open.log.writer().append(records, tails[queue]);
        }
    }

    @Test
    void wakesThoseWhoAskedAfterAppendAndForce() {
        try (OpenLog open = OpenLog.in(root, "flushDiskType=SYNC_FLUSH")) {
            List<Long> appended = new java.util.concurrent.CopyOnWriteArrayList<>();
            List<Long> flushed = new java.util.concurrent.CopyOnWriteArrayList<>();
            open.log.onAppend(() -> appended.add(open.log.appended().get()));
            open.log.onFlush(() -> flushed.add(open.log.flushed().get()));
            long end = open.append(0, "one");
            assertThat(appended).containsExactly(end);
            open.awaitFlushed(end);
            Awaitility.await().until(() -> flushed.contains(end));
        }
    }

    @Test
    void readersRacingRetentionSeeTheirBytesOrNothing() throws Exception {
        try (OpenLog open = OpenLog.in(root);
                ExecutorService pool = Executors.newFixedThreadPool(3)) {
            java.util.concurrent.atomic.AtomicBoolean stop = new java.util.concurrent.atomic.AtomicBoolean();
            List<Future<Long>> readers = new ArrayList<>();
            for (int t = 0; t < 2; t++) {
                readers.add(pool.submit(() -> readOldest(open, stop)));
            }
            readers.add(pool.submit(() -> follow(open, stop)));
            int dropped = 0;
            for (int i = 0; i < 3000; i++) {
                open.append(0, i + "-" + "x".repeat(2000));
                if (i % 20 == 0) {
                    open.awaitFlushed(open.log.appended().get());
                    dropped += open.log.dropOldest() ? 1 : 0;
                }
            }
            stop.set(true);
            assertThat(dropped).isGreaterThan(20);
            for (Future<Long> reader : readers) {
                assertThat(reader.get()).isPositive();
            }
            assertThat(open.faults).isEmpty();
        }
    }

    @Test
    void readerWhosePlaceAndLimitWereDroppedFindsNothingBelowThatLimit() {
        try (OpenLog open = OpenLog.in(root);
                LogReader reader = open.log.reader(0)) {
            open.append(0, "x".repeat(2000));
            long limit = open.log.appended().get();
            while (open.log.segments().size() < 3) {
                open.append(0, "x".repeat(2000));
            }
            open.awaitFlushed(open.log.appended().get());
            assertThat(open.log.dropOldest()).isTrue();

            assertThat(reader.next(limit)).isFalse();
            assertThat(reader.next(open.log.appended().get())).isTrue();
            assertThat(reader.position()).isEqualTo(open.log.minPosition());
        }
    }

    /** Slices of the oldest record, again and again; each must hold a whole record of its own position. */
    private static long readOldest(OpenLog open, java.util.concurrent.atomic.AtomicBoolean stop) {
        RecordView view = new RecordView();
        long reads = 0;
        while (!stop.get()) {
            long min = open.log.minPosition();
            try (LogSlice slice = open.log.slice(min, 2000)) {
                if (slice != null) {
                    assertThat(slice.memory().get(java.lang.foreign.ValueLayout.JAVA_BYTE, 4))
                            .isEqualTo((byte) 0xDA);
                    assertThat(view.wrap(slice.memory(), 0, 2000).physicalOffset())
                            .isEqualTo(min);
                    reads++;
                }
            }
        }
        return reads;
    }

    /** A reader that retention overtakes now and then. */
    private static long follow(OpenLog open, java.util.concurrent.atomic.AtomicBoolean stop) {
        long reads = 0;
        try (LogReader reader = open.log.reader(0)) {
            while (!stop.get()) {
                if (reader.next(open.log.appended().get())) {
                    assertThat(OpenLog.body(reader.view())).endsWith("xxx");
                    reads++;
                }
            }
        }
        return reads;
    }
}
