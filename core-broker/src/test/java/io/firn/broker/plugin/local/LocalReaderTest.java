package io.firn.broker.plugin.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.broker.log.Checkpoint;
import io.firn.broker.log.CommitLog;
import io.firn.broker.log.FlushWaiter;
import io.firn.broker.log.LogConfig;
import io.firn.broker.log.LogRuntime;
import io.firn.broker.log.StoreDirectory;
import io.firn.broker.queue.ConsumeQueues;
import io.firn.broker.queue.DispatchTargets;
import io.firn.broker.queue.Dispatcher;
import io.firn.broker.queue.KeyIndex;
import io.firn.broker.queue.LongPolls;
import io.firn.broker.queue.QueueConfig;
import io.firn.broker.queue.QueueLog;
import io.firn.broker.record.EncodedRecords;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.RecordEncoder;
import io.firn.broker.record.TestMessage;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.ManualClock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.TaskAgent;
import io.firn.spi.read.Boundary;
import io.firn.spi.read.BrokerReader;
import io.firn.spi.read.DamagedStoreException;
import io.firn.spi.read.FrameCursor;
import io.firn.spi.read.LogPositions;
import io.firn.spi.read.MessageLease;
import io.firn.spi.read.QueueEntryCursor;
import io.firn.spi.read.SegmentLease;
import io.firn.spi.read.SegmentRef;
import io.firn.spi.topic.QueueRef;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The local store as a plugin reads it, and what happens to leases it forgets. */
final class LocalReaderTest {

    private static final QueueRef QUEUE = new QueueRef("T", 0);
    private static final int MESSAGES = 300;
    private static final long START_MS = 1_700_000_000_000L;

    @TempDir
    private Path root;

    private final Closer closer = new Closer();
    private final ManualClock clock = new ManualClock(START_MS);
    private final Metrics metrics = new Metrics();
    private final List<Long> positions = new ArrayList<>();
    private CommitLog log;
    private LocalReaders readers;
    private BrokerReader reader;

    @BeforeEach
    void open() {
        ConfigView view = new ConfigView(Map.of(
                "storePathRootDir", root.toString(),
                "mappedFileSizeCommitLog", "65536",
                "firn.log.populateAhead", "64KiB",
                "mappedFileSizeConsumeQueue", "2000"));
        TaskAgent housekeeper =
                closer.add(TaskAgent.start("test-housekeeper", 1024, Clock.system(), (component, cause) -> {}));
        StoreDirectory directory = closer.add(StoreDirectory.open(root));
        Checkpoint checkpoint = closer.add(Checkpoint.open(root));
        LogRuntime runtime = new LogRuntime(clock, metrics, (component, cause) -> {}, housekeeper);
        log = closer.add(CommitLog.open(LogConfig.from(view), directory, checkpoint, runtime));
        QueueConfig config = QueueConfig.from(view);
        ConsumeQueues queues = closer.add(ConsumeQueues.open(config, root, log, metrics));
        KeyIndex index = closer.add(KeyIndex.open(config, root, queues, clock, metrics));
        QueueLog queueLog = new QueueLog(queues, log);
        LongPolls polls = LongPolls.over(queueLog, config, clock, metrics);
        Dispatcher dispatcher =
                Dispatcher.open(log, log.appended(), new DispatchTargets(queues, index, polls), config, metrics);
        RecordEncoder encoder = new RecordEncoder(HostAddress.parse("127.0.0.1:10911"), 4 << 20);
        for (int i = 0; i < MESSAGES; i++) {
            clock.advance(Duration.ofMillis(1));
            EncodedRecords records = encoder.encode(TestMessage.of("T", 0, body(i)));
            log.writer().append(records, queues.tail("T", 0));
            positions.add(records.position());
        }
        while (dispatcher.doWork() > 0) {
            Thread.onSpinWait();
        }
        closer.add(dispatcher::onClose);
        readers = LocalReaders.of(log, queues, queueLog.local(), metrics);
        reader = readers.reader("p");
    }

    @AfterEach
    void close() {
        closer.close();
    }

    private static String body(int i) {
        return "m" + i + "-" + "x".repeat(400);
    }

    private void awaitFlushed() {
        CompletableFuture<Boolean> flushed = new CompletableFuture<>();
        log.flusher().whenFlushed(log.appended().get(), new FlushWaiter() {
            @Override
            public void flushed() {
                flushed.complete(true);
            }

            @Override
            public void timedOut() {
                flushed.complete(false);
            }

            @Override
            public void failed(Throwable cause) {
                flushed.completeExceptionally(cause);
            }
        });
        assertThat(flushed.join()).isTrue();
    }

    private double leaks() {
        return metric("firn_plugin_lease_leaks");
    }

    private double openLeases() {
        return metric("firn_plugin_open_leases");
    }

    private double metric(String name) {
        return metrics.scrape().stream()
                .filter(each -> each.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow()
                .getDataPoints()
                .stream()
                .mapToDouble(point -> point instanceof CounterSnapshot.CounterDataPointSnapshot counter
                        ? counter.getValue()
                        : ((GaugeSnapshot.GaugeDataPointSnapshot) point).getValue())
                .sum();
    }

    @Test
    void findsMessagesByPositionAndOffset() {
        for (int i : List.of(0, 7, MESSAGES - 1)) {
            try (MessageLease byPosition = reader.byPosition(positions.get(i));
                    MessageLease byOffset = reader.byOffset(QUEUE, i)) {
                assertThat(Objects.requireNonNull(byPosition).frame().queueOffset())
                        .isEqualTo(i);
                assertThat(Objects.requireNonNull(byOffset).frame().position()).isEqualTo(positions.get(i));
                assertThat(byOffset.frame().topic()).isEqualTo("T");
            }
        }
        assertThat(reader.byPosition(positions.get(3) + 1)).isNull();
        assertThat(reader.byPosition(-1)).isNull();
        assertThat(reader.byPosition(1L << 40)).isNull();
        assertThat(reader.byOffset(QUEUE, MESSAGES)).isNull();
        assertThat(reader.byOffset(new QueueRef("nobody", 0), 0)).isNull();
        assertThat(openLeases()).isZero();
    }

    @Test
    void aClosedLeaseIsNotRead() {
        MessageLease lease = Objects.requireNonNull(reader.byOffset(QUEUE, 0));
        lease.close();
        lease.close();

        assertThatThrownBy(lease::frame).isInstanceOf(IllegalStateException.class);
        assertThat(leaks()).isZero();
    }

    @Test
    void walksAQueue() {
        List<Long> offsets = new ArrayList<>();
        try (FrameCursor cursor = reader.scan(QUEUE, 5, 2_000)) {
            assertThatThrownBy(cursor::frame).isInstanceOf(IllegalStateException.class);
            while (cursor.next()) {
                offsets.add(cursor.frame().queueOffset());
                assertThat(cursor.frame().isBodyIntact()).isTrue();
            }
            assertThatThrownBy(cursor::frame).isInstanceOf(IllegalStateException.class);
        }
        assertThat(offsets).isEqualTo(LongStream.range(5, MESSAGES).boxed().toList());
        assertThat(openLeases()).isZero();
    }

    @Test
    void walksEntriesWithoutMessages() {
        try (QueueEntryCursor cursor = reader.scanEntries(QUEUE, 0, MESSAGES)) {
            for (int i = 0; i < MESSAGES; i++) {
                assertThat(cursor.next()).isTrue();
                assertThat(cursor.offset()).isEqualTo(i);
                assertThat(cursor.position()).isEqualTo(positions.get(i));
                assertThat(cursor.bytes()).isGreaterThan(400);
            }
            assertThat(cursor.next()).isFalse();
            assertThatThrownBy(cursor::offset).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void walksTheLogOverSegmentEnds() {
        List<Long> seen = new ArrayList<>();
        try (FrameCursor cursor = reader.scanLog(0, Long.MAX_VALUE)) {
            while (cursor.next()) {
                seen.add(cursor.frame().position());
            }
        }
        assertThat(seen).isEqualTo(positions);
        try (FrameCursor cursor = reader.scanLog(positions.get(10), positions.get(12))) {
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.frame().position()).isEqualTo(positions.get(11));
            assertThat(cursor.next()).isFalse();
        }
        try (FrameCursor cursor = reader.scanLog(positions.get(10) + 1, Long.MAX_VALUE)) {
            assertThatThrownBy(cursor::next).isInstanceOf(DamagedStoreException.class);
        }
        assertThat(openLeases()).isZero();
    }

    @Test
    void leasesWholeSegmentsThatSurviveDeletion() {
        List<SegmentRef> segments = reader.segments();
        assertThat(segments).hasSizeGreaterThan(2);
        assertThat(segments.getFirst().state()).isEqualTo(SegmentRef.State.SEALED);
        assertThat(segments.getLast().state()).isEqualTo(SegmentRef.State.ACTIVE);
        assertThat(segments.getLast().to()).isEqualTo(log.appended().get());
        try (SegmentLease lease = Objects.requireNonNull(reader.lease(100))) {
            awaitFlushed();
            assertThat(log.dropOldest()).isTrue();
            ByteBuffer bytes = lease.bytes();
            assertThat(bytes.isReadOnly()).isTrue();
            assertThat(bytes.remaining()).isEqualTo(65_536);
            assertThat(lease.basePosition()).isZero();
            assertThat(bytes.getInt(4)).isEqualTo(0xDAA320A7);
        }
        assertThat(reader.lease(100)).isNull();
        assertThat(reader.byPosition(0)).isNull();
        assertThat(reader.minOffset(QUEUE)).isPositive();
        try (FrameCursor cursor = reader.scan(QUEUE, 0, MESSAGES)) {
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.frame().queueOffset()).isEqualTo(reader.minOffset(QUEUE));
        }
        assertThat(openLeases()).isZero();
    }

    @Test
    void tellsPositionsQueuesAndTimes() {
        LogPositions at = reader.positions();
        assertThat(at.appended()).isEqualTo(log.appended().get());
        assertThat(at.dispatched()).isEqualTo(at.appended());
        assertThat(at.confirmed()).isLessThanOrEqualTo(at.flushed());
        assertThat(reader.queues("T")).containsExactly(QUEUE);
        assertThat(reader.queues("nobody")).isEmpty();
        assertThat(reader.maxOffset(QUEUE)).isEqualTo(MESSAGES);
        assertThat(reader.offsetByTime(QUEUE, START_MS + 11, Boundary.LOWER)).hasValue(10);
        assertThat(reader.offsetByTime(QUEUE, START_MS + 11, Boundary.UPPER)).hasValue(10);
        assertThat(reader.offsetByTime(new QueueRef("nobody", 0), 1, Boundary.LOWER))
                .isEmpty();
    }

    @Test
    void takesBackWhatAStoppedPluginLeft() {
        MessageLease message = Objects.requireNonNull(reader.byOffset(QUEUE, 0));
        FrameCursor cursor = reader.scan(QUEUE, 0, 10);
        assertThat(cursor.next()).isTrue();
        assertThat(openLeases()).isEqualTo(2);

        assertThat(readers.end("p")).isEqualTo(2);

        assertThat(openLeases()).isZero();
        assertThat(leaks()).isEqualTo(2);
        assertThatThrownBy(message::frame).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(cursor::next).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> reader.byOffset(QUEUE, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("p has stopped");
        assertThat(readers.end("p")).isZero();
    }

    @Test
    void findsLeasesThatWereLost() {
        loseOne();

        await().atMost(Duration.ofSeconds(60)).until(() -> {
            System.gc();
            return openLeases() == 0;
        });
        assertThat(leaks()).isEqualTo(1);
    }

    private void loseOne() {
        assertThat(reader.byOffset(QUEUE, 1)).isNotNull();
    }
}
