package io.firn.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.record.RecordView;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queues with sources beside the local store: what it costs those without, and what must not be missed. */
final class QueueSourcesTest {

    private static final int ROUNDS = 20;
    private static final int READS = 2_000;

    @TempDir
    private Path root;

    private Store store;

    @AfterEach
    void close() {
        store.close();
    }

    /** Knows older messages of everything and has none. */
    private static class Knows implements QueueSource {
        @Override
        public Reach reach() {
            return Reach.EXTENDS;
        }

        @Override
        public long knownMin(int queueId) {
            return 0;
        }

        @Override
        public PendingRead read(SourceRead read) {
            long offset = read.request().offset();
            return PendingRead.done(new ReadOutcome.TryAgain(offset, ReadOutcome.TryAgain.SAME_BROKER, 0, 0));
        }

        @Override
        public CompletableFuture<OffsetRange> range(String topic, int queueId) {
            return CompletableFuture.completedFuture(OffsetRange.NONE);
        }

        @Override
        public CompletableFuture<OptionalLong> offsetByTime(String topic, int queueId, long timeMs, Boundary boundary) {
            return CompletableFuture.completedFuture(OptionalLong.empty());
        }
    }

    @Test
    void aTopicWithoutSourcePaysNoAllocation() {
        store = Store.open(root);
        for (int i = 0; i < 32; i++) {
            store.put(Message.of("T", 0, "m" + i));
        }
        Knows other = new Knows();
        QueueSources sources = topic -> topic.equals("Other") ? other : null;
        long without = Long.MAX_VALUE;
        long with = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            store.reader.extendBy(QueueSources.NONE);
            without = Math.min(without, allocatedByReads());
            store.reader.extendBy(sources);
            with = Math.min(with, allocatedByReads());
        }
        assertThat(with).isLessThanOrEqualTo(without).isPositive();
    }

    private long allocatedByReads() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ReadRequest request = new ReadRequest("T", 0, 0, 32, 1 << 20, RecordFilter.ALL);
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < READS; i++) {
            if (store.reader.read(request) instanceof ReadOutcome.Found found) {
                found.slices().close();
            }
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void aReadThatLosesItsSegmentGoesElsewhereInsteadOfSkipping() {
        store = Store.open(root);
        while (store.log.segments().size() < 3) {
            store.put(Message.of("T", 0, "x".repeat(10_000)));
        }
        store.awaitFlushed();
        store.reader.extendBy(topic -> new Knows());
        RecordFilter dropping = new RecordFilter() {
            private boolean dropped;

            @Override
            public boolean matches(long tagsCode) {
                if (!dropped) {
                    dropped = true;
                    assertThat(store.log.dropOldest()).isTrue();
                }
                return true;
            }

            @Override
            public boolean needsRecord() {
                return true;
            }

            @Override
            public boolean matches(RecordView record) {
                return true;
            }
        };

        ReadOutcome outcome = store.read("T", 0, 0, 100, dropping);

        assertThat(outcome).isInstanceOf(ReadOutcome.Elsewhere.class);
        assertThat(store.read("T", 0, store.reader.local().minOffset("T", 0), 1))
                .isInstanceOfSatisfying(ReadOutcome.Found.class, found -> {
                    assertThat(found.minOffset()).isZero();
                    found.slices().close();
                });
    }

    @Test
    void parkedPollsOfQueuesElsewhereLookAtTheLocalEndOnly() {
        store = Store.open(root);
        store.put(Message.of("T", 0, "m0"));
        store.reader.extendBy(topic -> new Knows() {
            @Override
            public Reach reach() {
                return Reach.REPLACES;
            }

            @Override
            public PendingRead read(SourceRead read) {
                throw new AssertionError("the dispatcher asks no plugin");
            }
        });

        assertThat(store.reader.read(new ReadRequest("T", 0, 1, 1, 0, RecordFilter.ALL)))
                .isEqualTo(new ReadOutcome.Elsewhere(0, 1));
        assertThat(store.reader.positionOf("T", 0, 0)).isEqualTo(-1);
    }
}
