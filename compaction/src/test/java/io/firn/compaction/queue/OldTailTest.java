package io.firn.compaction.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.compaction.ManualClock;
import io.firn.compaction.disk.FaultyDisk;
import io.firn.compaction.pass.IoBudget;
import io.firn.compaction.pass.MemoryBudget;
import io.firn.compaction.pass.PassLimits;
import io.firn.compaction.pass.PassOutcome;
import io.firn.compaction.pass.Policy;
import io.firn.compaction.pass.RecordCursor;
import io.firn.compaction.pass.Tools;
import io.firn.compaction.store.CompactedQueue;
import io.firn.compaction.store.QueueName;
import io.firn.compaction.store.View;
import io.firn.spi.fake.FakeLog;
import io.firn.spi.fake.FakeQueue;
import io.firn.spi.fake.FrameBuilder;
import io.firn.spi.message.FrameView;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.queue.ReadRequest;
import io.firn.spi.queue.ReadResult;
import io.firn.spi.read.Boundary;
import io.firn.spi.read.BrokerReader;
import io.firn.spi.topic.QueueRef;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tail that the log of this machine does not have, or not all of it: an archive of the log does. */
final class OldTailTest {

    private static final QueueRef QUEUE = new QueueRef("table", 0);
    private static final int RECORDS = 10;

    private final FakeLog log = new FakeLog(1 << 16);
    private final List<ByteBuffer> frames = new ArrayList<>();
    private final ManualClock clock = new ManualClock();

    @BeforeEach
    void fill() {
        clock.set(io.firn.spi.fake.ManualClock.START.plus(Duration.ofHours(1)).toEpochMilli());
        for (int i = 0; i < RECORDS; i++) {
            FrameBuilder record =
                    FrameBuilder.in(QUEUE).property("KEYS", "k" + i % 4).body("v" + i);
            frames.add(record.position(log.append(record)).build());
        }
    }

    /** Answers later, in small batches, after {@code change}. */
    private QueueReader old(UnaryOperator<ReadResult> change) {
        FakeQueue all = new FakeQueue(0, frames);
        return new QueueReader() {
            @Override
            public ReadResult read(ReadRequest request) {
                ReadRequest few = new ReadRequest(request.offset(), 3, 1 << 20, request.filter(), request.fields());
                return new ReadResult.Later(
                        CompletableFuture.supplyAsync(() -> change.apply(all.read(few)), Runnable::run));
            }

            @Override
            public long minOffset() {
                return 0;
            }

            @Override
            public long maxOffset() {
                return RECORDS;
            }

            @Override
            public OptionalLong offsetByTime(long timestampMs, Boundary boundary) {
                return OptionalLong.empty();
            }

            @Override
            public void close() {
                // nothing is held
            }
        };
    }

    /** The log, as if it began at this offset, or had nothing of the queue. */
    private BrokerReader from(long first) {
        return (BrokerReader) Proxy.newProxyInstance(
                BrokerReader.class.getClassLoader(), new Class<?>[] {BrokerReader.class}, (self, method, args) -> {
                    if (method.getName().equals("minOffset") && first < RECORDS) {
                        return first;
                    }
                    if (first >= RECORDS
                            && (method.getName().equals("minOffset")
                                    || method.getName().equals("maxOffset"))) {
                        return 0L;
                    }
                    try {
                        return method.invoke(log, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static List<Long> offsets(TailSource source, long from, long to) throws IOException {
        List<Long> found = new ArrayList<>();
        try (RecordCursor cursor = source.scan(from, to)) {
            while (cursor.next()) {
                FrameView frame = new FrameView().wrap(cursor.memory().asByteBuffer(), (int) cursor.at());
                assertThat(frame.queueOffset()).isEqualTo(cursor.offset());
                found.add(cursor.offset());
            }
        }
        return found;
    }

    @Test
    void isWalkedAcrossTheBorderWithoutAGap() throws IOException {
        TailSource source = new TailSource(from(4), old(result -> result), QUEUE);
        assertThat(source.minOffset()).isZero();
        assertThat(source.endOffset()).isEqualTo(RECORDS);
        assertThat(offsets(source, 0, RECORDS)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(offsets(source, 2, 4)).containsExactly(2L, 3L);
        assertThat(offsets(source, 3, 6)).containsExactly(3L, 4L, 5L);
        assertThat(offsets(source, 5, 7)).containsExactly(5L, 6L);
        assertThat(log.open()).isZero();
    }

    @Test
    void isAllThereIsOnANewDisk() throws IOException {
        TailSource source = new TailSource(from(RECORDS), old(result -> result), QUEUE);
        assertThat(source.maxOffset()).isEqualTo(RECORDS);
        assertThat(offsets(source, 1, 8)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    }

    @Test
    void isCompactedFromWhereverItIs() throws IOException {
        for (long first : new long[] {0, 3, RECORDS}) {
            HostedQueue queue = queue(first, old(result -> result));
            assertThat(queue.dirtyRecords()).isEqualTo(RECORDS);
            assertThat(queue.runPass(tools())).isInstanceOf(PassOutcome.Done.class);
            assertThat(queue.queue().manifest().cleanedTo()).isEqualTo(RECORDS);
            View view = queue.queue().acquire();
            assertThat(view.countLive(0, RECORDS)).isEqualTo(4);
            assertThat(view.minOffset()).isEqualTo(6);
            view.release();
            queue.close();
        }
    }

    @Test
    void aStorageThatIsAwayMakesThePassFailAndTryAgain() throws IOException {
        HostedQueue queue = queue(RECORDS, old(result -> {
            throw new IllegalStateException("no bucket");
        }));
        assertThat(queue.runPass(tools()))
                .isInstanceOfSatisfying(
                        PassOutcome.Failed.class,
                        failed ->
                                assertThat(failed.reason()).contains("table/0").contains("no bucket"));
        assertThat(queue.trouble().orElseThrow().kind()).isEqualTo(Trouble.Kind.FAILED);
    }

    @Test
    void aHoleInTheArchiveBlocksTheQueueByName() throws IOException {
        HostedQueue queue = queue(RECORDS, old(result -> switch (result) {
            case ReadResult.Found found when found.nextOffset() == 6 -> new ReadResult.Skipped(6);
            default -> result;
        }));
        assertThat(queue.runPass(tools())).isInstanceOfSatisfying(PassOutcome.Blocked.class, blocked -> {
            assertThat(blocked.offset()).isEqualTo(3);
            assertThat(blocked.reason()).contains("is missing: the queue goes on at 6");
        });
        assertThat(queue.queue().manifest().cleanedTo()).isEqualTo(3);
        queue.skip(6, clock.millis());
        assertThat(queue.runPass(tools())).isInstanceOf(PassOutcome.Done.class);
        assertThatThrownBy(() -> queue.skip(RECORDS + 1, 0)).hasMessageContaining("at most 10");
    }

    private HostedQueue queue(long first, QueueReader base) throws IOException {
        QueueName name = new QueueName("table", 0, new UUID(0, 0), "KEYS");
        CompactedQueue queue = CompactedQueue.open(new FaultyDisk(1), Path.of("q"), name, new Random(1));
        return new HostedQueue(QUEUE, queue, new HostedQueue.Below(from(first), base, group -> 0), Policy.NORMAL, null);
    }

    private Tools tools() {
        return new Tools(
                new MemoryBudget(1 << 20, 1), new IoBudget(1L << 40, System::nanoTime), clock, PassLimits.NORMAL);
    }
}
