package io.firn.broker.plugin.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.log.SegmentStats;
import io.firn.broker.plugin.dispatch.TestLog;
import io.firn.broker.plugin.guard.GuardConfig;
import io.firn.broker.plugin.guard.Guards;
import io.firn.broker.plugin.plane.TestPlugin;
import io.firn.broker.retention.SegmentHolds;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ManualClock;
import io.firn.broker.runtime.Metrics;
import io.firn.spi.contract.Registration;
import io.firn.spi.read.SegmentRef;
import io.firn.spi.retention.DeleteCause;
import io.firn.spi.retention.DiskPressure;
import io.firn.spi.retention.Hold;
import io.firn.spi.retention.SegmentCleanupHook;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which segments may go, by what plugins answer, late or not at all. */
final class CleanupHooksTest {

    private static final long NOW = 1_700_000_000_000L;
    private static final Executor HERE = Runnable::run;

    @TempDir
    Path root;

    private final Closer closer = new Closer();
    private final ManualClock clock = new ManualClock(NOW);
    private final Metrics metrics = new Metrics();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> audited = new ArrayList<>();
    private final List<CleanupHooks.PluginHold> others = new ArrayList<>();
    private TestLog log;
    private TestPlugin plugin;
    private Guards guards;
    private CleanupHooks hooks;

    @BeforeEach
    void open() {
        log = closer.add(TestLog.open(root, clock));
        log.fillSegment("T");
        log.fillSegment("T");
        plugin = closer.add(TestPlugin.of("p", root));
        guards = closer.add(Guards.open(GuardConfig.defaults(), clock, metrics, (component, cause) -> {}));
        hooks = new CleanupHooks(
                log.log, guards, end -> others, (who, what) -> audited.add(who + ": " + what), metrics);
    }

    @AfterEach
    void close() {
        closer.close();
    }

    @Test
    void letGoWhatNobodyHoldsAndSayWhatTheSegmentIs() {
        List<SegmentRef> refs = new ArrayList<>();
        add((segment, cause) -> {
            refs.add(segment);
            asked.add(cause.name());
            return Hold.NONE;
        });

        assertThat(hold(0)).isNull();

        SegmentRef ref = refs.getFirst();
        assertThat(ref.from()).isZero();
        assertThat(ref.bytes()).isEqualTo(TestLog.SEGMENT_BYTES);
        assertThat(ref.state()).isEqualTo(SegmentRef.State.SEALED);
        assertThat(ref.lastStoreTimestampMs()).isEqualTo(NOW);
        assertThat(asked).containsExactly("EXPIRED");
    }

    @Test
    void askEveryHookAndAnyHoldWins() {
        TestPlugin other = closer.add(TestPlugin.of("q", root));
        add((segment, cause) -> held("a reason"));
        hooks.add(
                other.owner(),
                (segment, cause) -> {
                    asked.add("q");
                    return Hold.NONE;
                },
                HERE);

        assertThat(hold(0)).isEqualTo("p: a reason");
        assertThat(asked).containsExactly("q");
        assertThat(hooks.held())
                .singleElement()
                .satisfies(h -> assertThat(h.pluginId()).isEqualTo("p"));
        assertThat(heldBytes()).contains("plugin=\"p\"").contains("reason=\"a reason\"");
    }

    @Test
    void askAgainOnlyWhenTheHoldSaysSo() {
        add((segment, cause) -> {
            asked.add("asked");
            return Hold.until(Instant.ofEpochMilli(NOW).plusSeconds(10), "uploading");
        });
        hold(0);
        clock.advance(Duration.ofSeconds(9));
        assertThat(hold(0)).isEqualTo("p: uploading");
        assertThat(asked).hasSize(1);

        clock.advance(Duration.ofSeconds(2));
        hold(0);
        assertThat(asked).hasSize(2);
    }

    @Test
    void holdForAMinuteWhatAHookThatThrowsWasAskedAbout() {
        add((segment, cause) -> {
            asked.add("asked");
            throw new IllegalStateException("bug");
        });

        assertThat(hold(0)).isEqualTo("p: the plugin gave no answer");
        clock.advance(Duration.ofSeconds(59));
        assertThat(hold(0)).isNotNull();
        assertThat(asked).hasSize(1);
        assertThat(plugin.degraded).singleElement().asString().contains("segments are held for a minute");

        clock.advance(Duration.ofSeconds(1));
        hold(0);
        assertThat(asked).hasSize(2);
    }

    @Test
    @SuppressWarnings("NullAway") // what a plugin must not do
    void holdWhenAHookAnswersNullAndRecoverWhenItAnswers() {
        boolean[] well = {false};
        add((segment, cause) -> well[0] ? Hold.NONE : null);

        assertThat(hold(0)).isNotNull();
        well[0] = true;
        clock.advance(Duration.ofSeconds(60));

        assertThat(hold(0)).isNull();
        assertThat(plugin.recovered).containsExactly("cleanup");
    }

    @Test
    void doNotWaitForAHookThatHangs() {
        CountDownLatch hang = new CountDownLatch(1);
        hooks.add(
                plugin.owner(),
                (segment, cause) -> {
                    asked.add("asked");
                    await(hang);
                    return Hold.NONE;
                },
                plugin.ref().threads());

        assertThat(hold(0)).isEqualTo("p: the plugin gave no answer");
        clock.advance(Duration.ofSeconds(60));
        assertThat(hold(0)).isEqualTo("p: the plugin gave no answer");
        assertThat(asked).hasSize(1);

        hang.countDown();
    }

    @Test
    void tellThatASegmentIsGoneAlsoWhenTheBrokerDiedInBetween() {
        List<Long> gone = new ArrayList<>();
        SegmentCleanupHook hook = new SegmentCleanupHook() {
            @Override
            public Hold beforeDelete(SegmentRef segment, DeleteCause cause) {
                return Hold.NONE;
            }

            @Override
            public void afterDelete(SegmentRef segment) {
                gone.add(segment.to());
            }
        };
        Registration registration = hooks.add(plugin.owner(), hook, HERE);
        SegmentStats first = log.log.segments().getFirst();
        hooks.deleting(first);
        log.dropOldest();
        registration.close();
        assertThat(gone).isEmpty();

        Registration again = hooks.add(plugin.owner(), hook, HERE);
        assertThat(gone).containsExactly((long) TestLog.SEGMENT_BYTES);
        again.close();
        hooks.add(plugin.owner(), hook, HERE);
        assertThat(gone).hasSize(1);
    }

    @Test
    void tellHooksWhatIsInTheWayWhenTheDiskIsFilling() {
        List<DiskPressure> told = new ArrayList<>();
        add(new SegmentCleanupHook() {
            @Override
            public Hold beforeDelete(SegmentRef segment, DeleteCause cause) {
                return held("busy");
            }

            @Override
            public void onDiskPressure(DiskPressure pressure) {
                told.add(pressure);
            }
        });
        hold(0);
        assertThat(hooks.trouble()).isNull();
        hooks.underPressure(new SegmentHolds.Pressure(0.9, 0.85, 1000));

        assertThat(told).singleElement().satisfies(pressure -> {
            assertThat(pressure.usedRatio()).isEqualTo(0.9);
            assertThat(pressure.toFree().toBytes()).isEqualTo(1000);
            assertThat(pressure.blocking())
                    .singleElement()
                    .satisfies(h -> assertThat(h.pluginId()).isEqualTo("p"));
        });
        assertThat(hooks.trouble()).contains("plugin p: busy");
        hooks.roundBegins();
        hooks.roundEnds();
        assertThat(hooks.trouble()).isNull();
    }

    @Test
    void stopCountingWhenAnOperatorBreaksThemWithALineInTheAudit() {
        add((segment, cause) -> held("for ever"));
        assertThatThrownBy(() -> hooks.breakHold("p", null, "ann"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("plugin p holds no segment");
        hold(0);

        assertThat(hooks.breakHold("p", null, "ann")).isEqualTo(TestLog.SEGMENT_BYTES);

        assertThat(hold(0)).isNull();
        assertThat(hold(1)).isEqualTo("p: for ever");
        assertThat(audited)
                .containsExactly(
                        "ann: the holds of plugin p on the log below " + TestLog.SEGMENT_BYTES + " are broken");
    }

    @Test
    void canBeBrokenWhileTheNextRoundLooksAtThem() {
        add((segment, cause) -> held("for ever"));
        hold(0);

        hooks.roundBegins();

        assertThat(hooks.held()).hasSize(1);
        assertThat(hooks.breakHold("p", null, "ann")).isEqualTo(TestLog.SEGMENT_BYTES);
    }

    @Test
    void countWhatOthersNeedToo() {
        others.add(new CleanupHooks.PluginHold("q", "dispatcher d has not taken it yet"));

        assertThat(hold(0)).isEqualTo("q: dispatcher d has not taken it yet");
        hooks.breakHold("q", null, "ann");
        assertThat(hold(0)).isNull();
    }

    private void add(SegmentCleanupHook hook) {
        hooks.add(plugin.owner(), hook, HERE);
    }

    private String hold(int segment) {
        hooks.roundBegins();
        String held = hooks.hold(log.log.segments().get(segment), DeleteCause.EXPIRED);
        hooks.roundEnds();
        return held;
    }

    private static Hold held(String reason) {
        return Hold.until(Instant.MAX, reason);
    }

    private String heldBytes() {
        return metrics.scrape().stream()
                .filter(snapshot -> snapshot.getMetadata().getName().equals("firn_plugin_held_bytes"))
                .flatMap(snapshot -> snapshot.getDataPoints().stream())
                .map(point -> point.getLabels().toString())
                .reduce("", String::concat);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
