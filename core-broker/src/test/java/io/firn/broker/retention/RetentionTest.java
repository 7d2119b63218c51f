package io.firn.broker.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.log.Checkpoint;
import io.firn.broker.log.CommitLog;
import io.firn.broker.log.FlushWaiter;
import io.firn.broker.log.LogConfig;
import io.firn.broker.log.LogRuntime;
import io.firn.broker.log.LogSlice;
import io.firn.broker.log.SegmentStats;
import io.firn.broker.log.StoreDirectory;
import io.firn.broker.queue.ConsumeQueues;
import io.firn.broker.queue.DispatchTargets;
import io.firn.broker.queue.Dispatcher;
import io.firn.broker.queue.KeyIndex;
import io.firn.broker.queue.LongPolls;
import io.firn.broker.queue.QueueConfig;
import io.firn.broker.queue.QueueLog;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.RecordEncoder;
import io.firn.broker.record.TestMessage;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.ManualClock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.TaskAgent;
import io.firn.spi.retention.DeleteCause;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which segments go, at which age, hour and fullness of the disk. Rounds run on the test's thread. */
final class RetentionTest {

    private static final int SEGMENTS = 4;
    private static final List<Integer> EVERY_HOUR =
            IntStream.range(0, 24).boxed().toList();

    @TempDir
    Path root;

    private final Closer closer = new Closer();
    private final ManualClock clock = new ManualClock(Clock.system().millis());
    private final Metrics metrics = new Metrics();
    private double used = 0.1;
    private SegmentHolds holds = SegmentHolds.NONE;
    private CommitLog log;
    private ConsumeQueues queues;
    private KeyIndex index;
    private QueueLog reader;

    @BeforeEach
    void open() {
        ConfigView view = new ConfigView(Map.of(
                "storePathRootDir", root.toString(),
                "mappedFileSizeCommitLog", "65536",
                "firn.log.populateAhead", "64KiB",
                "mappedFileSizeConsumeQueue", "200"));
        TaskAgent housekeeper =
                closer.add(TaskAgent.start("test-housekeeper", 1024, Clock.system(), (component, cause) -> {}));
        StoreDirectory directory = closer.add(StoreDirectory.open(root));
        Checkpoint checkpoint = closer.add(Checkpoint.open(root));
        LogRuntime runtime = new LogRuntime(clock, metrics, (component, cause) -> {}, housekeeper);
        log = closer.add(CommitLog.open(LogConfig.from(view), directory, checkpoint, runtime));
        QueueConfig config = QueueConfig.from(view);
        queues = closer.add(ConsumeQueues.open(config, root, log, metrics));
        index = closer.add(KeyIndex.open(config, root, queues, clock, metrics));
        reader = new QueueLog(queues, log);
        LongPolls polls = LongPolls.over(reader, config, clock, metrics);
        Dispatcher dispatcher =
                Dispatcher.open(log, log.appended(), new DispatchTargets(queues, index, polls), config, metrics);
        closer.add(dispatcher::onClose);
        fill(dispatcher);
    }

    @AfterEach
    void close() {
        closer.close();
    }

    @Test
    void keepsWhatIsYoung() {
        Retention retention = retention(EVERY_HOUR, RetentionConfig.Force.ALLOWED);
        clock.advance(Duration.ofHours(71));
        retention.round();

        assertThat(log.segments()).hasSize(SEGMENTS);
        assertThat(retention.refusal()).isNull();
    }

    @Test
    void dropsWhatIsExpiredButNeverTheLastSegment() {
        clock.advance(Duration.ofHours(100));
        retention(EVERY_HOUR, RetentionConfig.Force.ALLOWED).round();

        assertThat(log.segments()).hasSize(1);
        assertThat(reader.local().minOffset("T", 0))
                .isPositive()
                .isLessThan(reader.local().maxOffset("T", 0));
    }

    @Test
    void dropsExpiredSegmentsInTheHoursThatTheSettingsName() {
        RetentionConfig config = RetentionConfig.from(new ConfigView(Map.of("deleteWhen", "04;23")));
        Retention retention = retention(config.hours(), RetentionConfig.Force.ALLOWED);
        clock.advance(Duration.ofHours(100));
        advanceToHour(0);
        for (int hour = 0; hour < 4; hour++) {
            retention.round();
            assertThat(log.segments()).as("at " + hour).hasSize(SEGMENTS);
            clock.advance(Duration.ofHours(1));
        }
        retention.round();

        assertThat(log.segments()).as("at 4").hasSize(1);
    }

    /** Not over a change of summer time, in which an hour is skipped or comes twice. */
    private void advanceToHour(int hour) {
        ZonedDateTime now = Instant.ofEpochMilli(clock.millis()).atZone(ZoneId.systemDefault());
        ZonedDateTime then = now.plusDays(1).withHour(hour).withMinute(30);
        if (!then.getOffset().equals(then.plusHours(5).getOffset())) {
            then = then.plusDays(1);
        }
        clock.advance(Duration.between(now, then));
    }

    @Test
    void waitsForTheHourUnlessItIsAskedOrTheDiskIsFilling() {
        Retention retention = retention(List.of(), RetentionConfig.Force.ALLOWED);
        clock.advance(Duration.ofHours(100));
        retention.round();
        assertThat(log.segments()).hasSize(SEGMENTS);

        retention.askRound();
        retention.round();
        assertThat(log.segments()).hasSize(1);
    }

    @Test
    void dropsExpiredSegmentsAtAnyHourWhenTheDiskIsFilling() {
        Retention retention = retention(List.of(), RetentionConfig.Force.ALLOWED);
        clock.advance(Duration.ofHours(100));
        used = 0.76;
        retention.round();

        assertThat(log.segments()).hasSize(1);
    }

    @Test
    void dropsYoungSegmentsWhenTheDiskIsNearlyFullAndThatIsAllowed() {
        used = 0.86;
        retention(List.of(), RetentionConfig.Force.FORBIDDEN).round();
        assertThat(log.segments()).hasSize(SEGMENTS);

        retention(List.of(), RetentionConfig.Force.ALLOWED).round();
        assertThat(log.segments()).hasSize(1);
    }

    @Test
    void refusesProducersWhileTheDiskIsFull() {
        Retention retention = retention(List.of(), RetentionConfig.Force.FORBIDDEN);
        used = 0.91;
        retention.round();
        assertThat(retention.refusal()).contains("91 % full, above 90 %");

        used = 0.5;
        retention.round();
        assertThat(retention.refusal()).isNull();
    }

    @Test
    void leavesReadersWhatTheyHold() {
        try (LogSlice held = log.slice(0, 4)) {
            assertThat(held).isNotNull();
            int before = held.asByteBuffer().getInt();
            clock.advance(Duration.ofHours(100));
            retention(EVERY_HOUR, RetentionConfig.Force.ALLOWED).round();

            assertThat(log.minPosition()).isPositive();
            assertThat(held.asByteBuffer().getInt()).isEqualTo(before);
            assertThat(log.slice(0, 4)).isNull();
        }
    }

    @Test
    void keepsWhatSomebodyHoldsAndAsksAboutTheOthersToo() {
        Holding holding = new Holding(0);
        holds = holding;
        Retention retention = retention(EVERY_HOUR, RetentionConfig.Force.ALLOWED);
        clock.advance(Duration.ofHours(100));
        retention.round();

        assertThat(log.segments()).hasSize(SEGMENTS);
        assertThat(holding.asked).containsExactly("0 EXPIRED", "65536 EXPIRED", "131072 EXPIRED");
        assertThat(holding.deleted).isEmpty();
        assertThat(holding.pressures).isEmpty();
    }

    @Test
    void dropsWhatIsOlderThanTheOldestThatIsHeld() {
        Holding holding = new Holding(65_536);
        holds = holding;
        clock.advance(Duration.ofHours(100));
        retention(EVERY_HOUR, RetentionConfig.Force.ALLOWED).round();

        assertThat(log.minPosition()).isEqualTo(65_536);
        assertThat(holding.deleted).containsExactly(0L);
    }

    @Test
    void neverDropsWhatIsHeldHoweverFullTheDiskIsAndTellsThoseWhoHold() {
        Holding holding = new Holding(0);
        holds = holding;
        used = 0.95;
        Retention retention = retention(List.of(), RetentionConfig.Force.ALLOWED);
        retention.round();

        assertThat(log.segments()).hasSize(SEGMENTS);
        assertThat(retention.refusal()).isNotNull();
        assertThat(holding.asked).first().isEqualTo("0 DISK_FORCED");
        assertThat(holding.pressures).containsExactly(new SegmentHolds.Pressure(0.95, 0.85, 0));
    }

    /** Somebody who needs one segment. */
    private static final class Holding implements SegmentHolds {

        final List<String> asked = new ArrayList<>();
        final List<Long> deleted = new ArrayList<>();
        final List<Pressure> pressures = new ArrayList<>();
        private final long held;

        Holding(long held) {
            this.held = held;
        }

        @Override
        public void roundBegins() {
            asked.clear();
        }

        @Override
        public void roundEnds() {}

        @Override
        public @Nullable String hold(SegmentStats segment, DeleteCause cause) {
            asked.add(segment.position() + " " + cause);
            return segment.position() == held ? "needed" : null;
        }

        @Override
        public void deleting(SegmentStats segment) {
            assertThat(segment.path()).exists();
        }

        @Override
        public void deleted(SegmentStats segment) {
            assertThat(segment.path()).doesNotExist();
            deleted.add(segment.position());
        }

        @Override
        public void underPressure(Pressure pressure) {
            pressures.add(pressure);
        }
    }

    private Retention retention(List<Integer> hours, RetentionConfig.Force force) {
        RetentionConfig config =
                new RetentionConfig(Duration.ofDays(3), hours, 0.75, 0.85, 0.90, force, 10, Duration.ofSeconds(10));
        return Retention.open(
                config, new Retention.Stores(log, queues, index, holds), () -> used, clock, new Metrics());
    }

    private void fill(Dispatcher dispatcher) {
        RecordEncoder encoder = new RecordEncoder(HostAddress.parse("127.0.0.1:10911"), 4 << 20);
        while (log.segments().size() < SEGMENTS) {
            log.writer().append(encoder.encode(TestMessage.of("T", 0, new byte[10_000])), queues.tail("T", 0));
        }
        int work = dispatcher.doWork();
        while (work > 0) {
            work = dispatcher.doWork();
        }
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
}
