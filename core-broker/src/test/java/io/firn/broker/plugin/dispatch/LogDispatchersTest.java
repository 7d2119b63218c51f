package io.firn.broker.plugin.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.broker.plugin.guard.GuardConfig;
import io.firn.broker.plugin.guard.Guards;
import io.firn.broker.plugin.plane.TestPlugin;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.Metrics;
import io.firn.spi.contract.ByteSize;
import io.firn.spi.dispatch.CommitLogDispatcher;
import io.firn.spi.dispatch.DispatchBatch;
import io.firn.spi.dispatch.DispatcherSpec;
import io.firn.spi.dispatch.LagLimit;
import io.firn.spi.dispatch.LagPolicy;
import io.firn.spi.dispatch.Progress;
import io.firn.spi.dispatch.StartFrom;
import io.firn.spi.read.FrameCursor;
import io.firn.spi.topic.TopicSelector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dispatchers with their threads and files: at least once, whatever ends the broker. */
final class LogDispatchersTest {

    private static final DispatcherSpec SPEC =
            DispatcherSpec.of("d").withTopics(TopicSelector.everything()).withStart(StartFrom.EARLIEST);

    @TempDir
    Path root;

    @TempDir
    Path dataRoot;

    private final Closer closer = new Closer();
    private final List<String> audited = new CopyOnWriteArrayList<>();
    private final Taking taking = new Taking();
    private TestLog log;
    private TestPlugin plugin;
    private Guards guards;
    private LogDispatchers dispatchers;

    @BeforeEach
    void open() {
        plugin = closer.add(TestPlugin.of("p", dataRoot));
        log = closer.add(TestLog.open(root, Clock.system()));
        guards = closer.add(Guards.open(GuardConfig.defaults(), Clock.system(), new Metrics(), (c, e) -> {}));
        dispatchers = closer.add(dispatchers(log));
    }

    @AfterEach
    void close() {
        closer.close();
    }

    @Test
    void showAgainAfterACrashWhatWasNotDurableOnDisk() {
        RunningDispatcher running = dispatchers.add(plugin.owner(), SPEC, taking);
        log.append("T", "a");
        long second = log.append("T", "b");
        awaitBodies("a", "b");
        taking.progress.durableUpTo(second);
        dispatchers.tick();
        taking.progress.durableUpTo(log.log.appended().get());

        running.abandon();
        log.close();
        TestLog recovered = closer.add(TestLog.open(root, Clock.system()));
        Taking after = new Taking();
        LogDispatchers next = closer.add(dispatchers(recovered));
        next.add(plugin.owner(), SPEC, after);
        recovered.append("T", "c");

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(after.bodies).containsExactly("b", "c"));
    }

    @Test
    void goOnAfterACleanStopWithoutShowingAgain() {
        RunningDispatcher running = dispatchers.add(plugin.owner(), SPEC, taking);
        log.append("T", "a");
        awaitBodies("a");
        taking.progress.durableUpTo(log.log.appended().get());

        assertThat(running.end(Duration.ofSeconds(30))).isTrue();
        Taking after = new Taking();
        dispatchers.add(plugin.owner(), SPEC, after);
        log.append("T", "b");

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(after.bodies).containsExactly("b"));
        taking.progress.durableUpTo(0);
    }

    @Test
    void areToldWhenRecoveryCutTheLogBelowTheirPosition(@TempDir Path shorter) {
        RunningDispatcher running = dispatchers.add(plugin.owner(), SPEC, taking);
        for (int i = 0; i < 10; i++) {
            log.append("T", "lost" + i);
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> taking.bodies.size() == 10);
        taking.progress.durableUpTo(log.log.appended().get());
        running.end(Duration.ofSeconds(30));

        TestLog cut = closer.add(TestLog.open(shorter, Clock.system()));
        Taking after = new Taking();
        LogDispatchers next = closer.add(dispatchers(cut));
        next.add(plugin.owner(), SPEC, after);
        cut.append("T", "new");

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(after.bodies).containsExactly("new"));
        assertThat(after.cuts).containsExactly(0L);
    }

    @Test
    void beginAtTheEndUnlessToldOtherwise() {
        log.append("T", "before");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> log.log.flushed().get() == log.log.appended().get());
        dispatchers.add(plugin.owner(), SPEC.withStart(StartFrom.LATEST), taking);
        log.append("T", "after");

        awaitBodies("after");
    }

    @Test
    void askProducersToWaitOnlyWhileTheyAreBehind() {
        taking.hold = new CountDownLatch(1);
        assertThat(dispatchers.busy()).isNull();
        dispatchers.add(
                plugin.owner(),
                SPEC.withLag(new LagLimit(LagPolicy.THROTTLE_PRODUCERS, new ByteSize(100), new ByteSize(1 << 20))),
                taking);
        assertThat(dispatchers.busy()).isNull();

        log.append("T", "x".repeat(200));
        assertThat(dispatchers.busy()).contains("plugin p: dispatcher d is behind");
        dispatchers.tick();
        assertThat(plugin.degraded).singleElement().asString().contains("behind the log's end");

        taking.hold.countDown();
        awaitBodies("x".repeat(200));
        taking.progress.durableUpTo(log.log.appended().get());
        assertThat(dispatchers.busy()).isNull();
        dispatchers.tick();
        assertThat(plugin.recovered).containsExactly("dispatcher-d");
    }

    @Test
    void holdSegmentsTheyHaveNotTakenWhenTheyAskForThat() {
        taking.hold = new CountDownLatch(1);
        dispatchers.add(plugin.owner(), SPEC, taking);
        assertThat(dispatchers.needing(1000)).isEmpty();

        dispatchers.add(
                plugin.owner(),
                DispatcherSpec.of("keeper").withStart(StartFrom.EARLIEST).withLag(LagLimit.of(LagPolicy.HOLD_CLEANUP)),
                new Taking());
        assertThat(dispatchers.needing(1000))
                .containsExactly(new LogDispatchers.Needed("p", "dispatcher keeper has not taken it yet"));
        taking.hold.countDown();
    }

    @Test
    void areSkippedByOperatorsWithALineInTheAudit() {
        taking.failing = true;
        dispatchers.add(plugin.owner(), SPEC, taking);
        log.append("T", "poison");
        await().atMost(Duration.ofSeconds(60)).until(() -> !taking.bodies.isEmpty());
        long end = log.log.appended().get();
        taking.failing = false;

        assertThatThrownBy(() -> dispatchers.skip("p", "none", null, "ann"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("plugin p has no dispatcher none");
        assertThatThrownBy(() -> dispatchers.skip("p", "d", end + 1, "ann"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("can skip to a position above");
        assertThat(dispatchers.skip("p", "d", end, "ann")).isEqualTo(end);
        log.append("T", "good");

        await().atMost(Duration.ofSeconds(60)).until(() -> taking.bodies.contains("good"));
        assertThat(audited).containsExactly("ann: dispatcher d of plugin p skips from 0 to " + end);
    }

    @Test
    void doNotKeepTheBrokerFromStoppingWhenTheyHang() {
        taking.hold = new CountDownLatch(1);
        RunningDispatcher running = dispatchers.add(plugin.owner(), SPEC, taking);
        log.append("T", "a");
        await().atMost(Duration.ofSeconds(60)).until(() -> !taking.bodies.isEmpty());

        assertThat(running.end(Duration.ofMillis(10))).isFalse();
        assertThat(dispatchers.states("p")).isEmpty();
        taking.hold.countDown();
    }

    private LogDispatchers dispatchers(TestLog over) {
        LogDispatchers opened = new LogDispatchers(
                new LogDispatchers.Stores(over.log, over.log.flushed(), name -> null),
                guards,
                new Metrics(),
                (component, cause) -> {},
                (operator, what) -> audited.add(operator + ": " + what));
        return opened;
    }

    private void awaitBodies(String... bodies) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(taking.bodies).containsExactly(bodies));
    }

    /** Takes all it is shown. */
    private static final class Taking implements CommitLogDispatcher {

        final List<String> bodies = new CopyOnWriteArrayList<>();
        final List<Long> cuts = new CopyOnWriteArrayList<>();
        volatile Progress progress = new NoProgress();
        volatile CountDownLatch hold = new CountDownLatch(0);
        volatile boolean failing;

        @Override
        public void dispatch(DispatchBatch batch, Progress given) throws Exception {
            progress = given;
            try (FrameCursor frames = batch.frames()) {
                while (frames.next()) {
                    bodies.add(
                            StandardCharsets.UTF_8.decode(frames.frame().body()).toString());
                }
            }
            hold.await();
            if (failing) {
                throw new IllegalStateException("can not");
            }
        }

        @Override
        public void onTruncate(long position) {
            cuts.add(position);
        }
    }

    /** Before the first batch. */
    private static final class NoProgress implements Progress {
        @Override
        public void durableUpTo(long position) {
            throw new IllegalStateException("nothing was given yet");
        }

        @Override
        public long durable() {
            return -1;
        }
    }
}
