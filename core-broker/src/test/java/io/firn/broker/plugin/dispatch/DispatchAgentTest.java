package io.firn.broker.plugin.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.plugin.guard.GuardConfig;
import io.firn.broker.plugin.guard.Guards;
import io.firn.broker.plugin.guard.PluginGuard;
import io.firn.broker.plugin.plane.TestPlugin;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ManualClock;
import io.firn.broker.runtime.Metrics;
import io.firn.spi.contract.ByteSize;
import io.firn.spi.dispatch.Batching;
import io.firn.spi.dispatch.CommitLogDispatcher;
import io.firn.spi.dispatch.DispatchBatch;
import io.firn.spi.dispatch.DispatcherSpec;
import io.firn.spi.dispatch.LagLimit;
import io.firn.spi.dispatch.LagPolicy;
import io.firn.spi.dispatch.Progress;
import io.firn.spi.read.FrameCursor;
import io.firn.spi.read.SegmentLease;
import io.firn.spi.topic.TopicSelector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one dispatcher is shown, step by step, on the test's thread and clock. */
final class DispatchAgentTest {

    private static final DispatcherSpec SPEC = DispatcherSpec.of("d").withTopics(TopicSelector.everything());

    @TempDir
    Path root;

    private final Closer closer = new Closer();
    private final ManualClock clock = new ManualClock(1_700_000_000_000L);
    private final List<long[]> batches = new ArrayList<>();
    private final List<String> bodies = new ArrayList<>();
    private final List<Long> cuts = new ArrayList<>();
    private TestLog log;
    private TestPlugin plugin;
    private Guards guards;
    private @Nullable Exception failure;
    private @Nullable Progress given;

    @BeforeEach
    void open() {
        log = closer.add(TestLog.open(root, clock));
        plugin = closer.add(TestPlugin.of("p", root));
        guards = closer.add(Guards.open(GuardConfig.defaults(), clock, new Metrics(), (component, cause) -> {}));
    }

    @AfterEach
    void close() {
        closer.close();
    }

    @Test
    void showsEveryByteOnceInOrderAndNeverBeyondASegment() {
        DispatchAgent agent = agent(SPEC, 0);
        for (int i = 0; i < 3; i++) {
            log.fillSegment("T");
            work(agent);
        }
        log.append("T", "last");
        work(agent);

        assertThat(batches.getFirst()[0]).isZero();
        assertThat(batches.getLast()[1]).isEqualTo(log.log.appended().get());
        for (int i = 1; i < batches.size(); i++) {
            assertThat(batches.get(i)[0]).isEqualTo(batches.get(i - 1)[1]);
        }
        assertThat(batches).allMatch(b -> b[0] / TestLog.SEGMENT_BYTES == (b[1] - 1) / TestLog.SEGMENT_BYTES);
        assertThat(bodies.stream().filter(body -> body.length() == 1000).count())
                .isEqualTo(bodies.size() - 1);
        assertThat(bodies).last().isEqualTo("last");
    }

    @Test
    void showsOnlyChosenTopicsAndBatchesOfTheAskedSize() {
        DispatchAgent agent = agent(
                SPEC.withTopics(TopicSelector.named("A"))
                        .withBatching(new Batching(Batching.Unit.FRAMES, new ByteSize(500), Duration.ZERO)),
                0);
        for (int i = 0; i < 10; i++) {
            log.append(i % 2 == 0 ? "A" : "B", "m" + i);
        }
        work(agent);

        assertThat(bodies).containsExactly("m0", "m2", "m4", "m6", "m8");
        assertThat(batches).hasSizeGreaterThan(1).allMatch(b -> b[1] - b[0] <= 500);
    }

    @Test
    void givesAMessageThatIsLargerThanABatch() {
        DispatchAgent agent =
                agent(SPEC.withBatching(new Batching(Batching.Unit.FRAMES, new ByteSize(10), Duration.ZERO)), 0);
        log.append("T", "a");
        log.append("T", "b");
        work(agent);

        assertThat(bodies).containsExactly("a", "b");
        assertThat(batches).hasSize(2);
    }

    @Test
    void waitsForABatchToFillOrToAge() {
        DispatchAgent agent = agent(
                SPEC.withBatching(new Batching(Batching.Unit.FRAMES, ByteSize.ofMebibytes(1), Duration.ofSeconds(5))),
                0);
        log.append("T", "a");
        work(agent);
        assertThat(bodies).isEmpty();
        assertThat(agent.idleNanos()).isEqualTo(Duration.ofSeconds(5).toNanos());

        clock.advance(Duration.ofSeconds(5));
        work(agent);
        assertThat(bodies).containsExactly("a");
    }

    @Test
    void givesWholeSegmentsAndTheRestWhenItIsOld() {
        DispatchAgent agent = agent(SPEC.withBatching(Batching.segments(Duration.ofMinutes(1))), 0);
        log.fillSegment("T");
        work(agent);
        assertThat(batches).singleElement().isEqualTo(new long[] {0, TestLog.SEGMENT_BYTES});

        clock.advance(Duration.ofMinutes(1));
        work(agent);
        assertThat(batches).hasSize(2);
        assertThat(batches.getLast())
                .isEqualTo(new long[] {TestLog.SEGMENT_BYTES, log.log.appended().get()});
    }

    @Test
    void showsAFailedBatchAgainAfterGrowingPausesAndNeverLeavesItOut() {
        DispatchAgent agent = agent(SPEC, 0);
        log.append("T", "a");
        failure = new IOException("no network");
        work(agent);
        assertThat(bodies).containsExactly("a");
        assertThat(plugin.degraded).singleElement().asString().contains("no network");
        assertThat(agent.idleNanos()).isEqualTo(Duration.ofMillis(100).toNanos());

        clock.advance(Duration.ofMillis(99));
        work(agent);
        assertThat(bodies).hasSize(1);
        for (int i = 0; i < 20; i++) {
            clock.advance(Duration.ofSeconds(60));
            work(agent);
        }
        assertThat(bodies).hasSize(21).containsOnly("a");
        assertThat(agent.idleNanos()).isEqualTo(Duration.ofSeconds(60).toNanos());

        failure = null;
        clock.advance(Duration.ofSeconds(60));
        log.append("T", "b");
        work(agent);
        assertThat(bodies.subList(21, bodies.size())).containsExactly("a", "b");
        assertThat(plugin.recovered).containsExactly("dispatcher-d");
    }

    @Test
    void stopsWhenTooMuchIsNotDurable() {
        DispatchAgent agent = agent(
                SPEC.withBatching(new Batching(Batching.Unit.FRAMES, new ByteSize(10), Duration.ZERO))
                        .withLag(new LagLimit(LagPolicy.ALERT, ByteSize.ofMebibytes(1), new ByteSize(1))),
                0);
        long second;
        log.append("T", "a");
        second = log.append("T", "b");
        work(agent);
        assertThat(bodies).containsExactly("a");

        progress().durableUpTo(second);
        work(agent);
        assertThat(bodies).containsExactly("a", "b");
        assertThat(agent.durable()).isEqualTo(second);
    }

    @Test
    void refusesProgressBeyondWhatWasGivenAndIgnoresStepsBack() {
        DispatchAgent agent = agent(SPEC, 0);
        log.append("T", "a");
        work(agent);
        long end = log.log.appended().get();

        assertThatThrownBy(() -> progress().durableUpTo(end + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more than was given");
        progress().durableUpTo(end);
        progress().durableUpTo(0);
        assertThat(progress().durable()).isEqualTo(end);
    }

    @Test
    void tellsOfACutBeforeAnythingElseUntilThatIsTaken() {
        log.append("T", "a");
        long end = log.log.appended().get();
        failure = new IOException("not now");
        DispatchAgent agent = agent(SPEC, new DispatchAgent.Begin(end, end));
        log.append("T", "b");
        work(agent);
        assertThat(cuts).containsExactly(end);
        assertThat(bodies).isEmpty();

        failure = null;
        clock.advance(Duration.ofSeconds(1));
        work(agent);
        assertThat(cuts).containsExactly(end, end);
        assertThat(bodies).containsExactly("b");
    }

    @Test
    void goesBackWhenTheLogIsCutBelowWhatWasDurable() {
        DispatchAgent agent = agent(SPEC, 0);
        log.append("T", "a");
        long second = log.append("T", "b");
        work(agent);
        progress().durableUpTo(log.log.appended().get());

        agent.truncated(second);
        work(agent);

        assertThat(cuts).containsExactly(second);
        assertThat(bodies).containsExactly("a", "b", "b");
        assertThat(agent.durable()).isEqualTo(second);
    }

    @Test
    void goesOnAtTheOldestByteWhenWhatItNeedsIsGone() {
        log.fillSegment("T");
        log.fillSegment("U");
        DispatchAgent agent = agent(SPEC.withTopics(TopicSelector.named("U")), 0);
        log.dropOldest();
        work(agent);

        assertThat(batches.getFirst()[0]).isEqualTo(TestLog.SEGMENT_BYTES);
        assertThat(bodies).isNotEmpty();
    }

    @Test
    void beginsAtARecordWhenAPluginCalledHalfAMessageDurable() {
        long first = log.append("T", "a");
        long second = log.append("T", "b");
        BatchCutter cutter = new BatchCutter(log.log, Batching.frames(), clock);

        assertThat(cutter.align(first)).isEqualTo(first);
        assertThat(cutter.align(second)).isEqualTo(second);
        assertThat(cutter.align(second + 7)).isEqualTo(second);
        assertThat(cutter.align(second - 1)).isEqualTo(first);
        assertThat(cutter.align(log.log.appended().get()))
                .isEqualTo(log.log.appended().get());
    }

    @Test
    void keepsLeasedBytesUntilTheLeaseIsClosed() {
        List<SegmentLease> leases = new ArrayList<>();
        DispatchAgent agent = agent(SPEC, 0, (batch, progress) -> leases.add(batch.lease()));
        long position = log.append("T", "a");
        work(agent);

        SegmentLease lease = leases.getFirst();
        assertThat(lease.from()).isEqualTo(position);
        assertThat(lease.bytes().getInt(0)).isEqualTo((int) (lease.to() - lease.from()));
        assertThat(lease.file().getFileName()).hasToString("00000000000000000000");
        assertThat(agent.closeLeases()).isEqualTo(1);
        assertThatThrownBy(lease::bytes).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesABatchThatWasKept() {
        List<DispatchBatch> kept = new ArrayList<>();
        DispatchAgent agent = agent(SPEC, 0, (batch, progress) -> kept.add(batch));
        log.append("T", "a");
        work(agent);

        assertThatThrownBy(() -> kept.getFirst().frames())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("take a lease");
    }

    @Test
    void skipsWhenAnOperatorSaysSo() {
        DispatchAgent agent = agent(SPEC, 0);
        log.append("T", "poison");
        failure = new IOException("can not");
        work(agent);
        failure = null;

        agent.skipTo(agent.given());
        log.append("T", "good");
        work(agent);

        assertThat(bodies).containsExactly("poison", "good");
    }

    private void work(DispatchAgent agent) {
        int done = agent.doWork();
        while (done > 0) {
            done = agent.doWork();
        }
        Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
    }

    private Progress progress() {
        return java.util.Objects.requireNonNull(given);
    }

    private DispatchAgent agent(DispatcherSpec spec, long from) {
        return agent(spec, new DispatchAgent.Begin(from, DispatchAgent.NOWHERE));
    }

    private DispatchAgent agent(DispatcherSpec spec, DispatchAgent.Begin begin) {
        return agent(spec, begin, new CommitLogDispatcher() {
            @Override
            public void dispatch(DispatchBatch batch, Progress progress) throws Exception {
                take(batch, progress);
            }

            @Override
            public void onTruncate(long position) throws Exception {
                cuts.add(position);
                fail();
            }
        });
    }

    private DispatchAgent agent(DispatcherSpec spec, long from, CommitLogDispatcher dispatcher) {
        return agent(spec, new DispatchAgent.Begin(from, DispatchAgent.NOWHERE), dispatcher);
    }

    private DispatchAgent agent(DispatcherSpec spec, DispatchAgent.Begin begin, CommitLogDispatcher dispatcher) {
        PluginGuard guard = guards.guard(plugin.owner(), "dispatcher-" + spec.name(), PluginGuard.Watch.NONE);
        closer.add(guard);
        return new DispatchAgent(
                guard,
                spec,
                dispatcher,
                new DispatchAgent.Feed(log.log, log.log.appended(), clock, name -> null),
                begin);
    }

    private void take(DispatchBatch batch, Progress progress) throws Exception {
        given = progress;
        batches.add(new long[] {batch.from(), batch.to()});
        try (FrameCursor frames = batch.frames()) {
            while (frames.next()) {
                bodies.add(StandardCharsets.UTF_8.decode(frames.frame().body()).toString());
            }
        }
        fail();
    }

    private void fail() throws Exception {
        Exception now = failure;
        if (now != null) {
            throw now;
        }
    }
}
