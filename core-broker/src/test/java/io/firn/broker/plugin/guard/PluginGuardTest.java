package io.firn.broker.plugin.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.broker.runtime.ManualClock;
import io.firn.broker.runtime.Metrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a guard does about hooks that fail, are slow, hang, or need code that is not there. Time is the test's. */
final class PluginGuardTest {

    @TempDir
    Path root;

    private final ManualClock clock = new ManualClock(0);
    private final Metrics metrics = new Metrics();
    private final List<String> told = new ArrayList<>();
    private final Guards guards = Guards.open(GuardConfig.defaults(), clock, metrics, (c, e) -> told.add("fault " + e));

    @AfterEach
    void close() {
        guards.close();
    }

    @Test
    void opensAfterTwentyFailuresWithinTenSeconds() {
        PluginGuard guard = guard("p", "h");
        fail(guard, 19);
        assertThat(guard.admits()).isTrue();

        fail(guard, 1);

        assertThat(guard.admits()).isFalse();
        assertThat(told).singleElement().asString().contains("degraded h", "failed 20 times within 10 s");
        assertThat(guards.troubles()).singleElement().asString().startsWith("p/h: ");
    }

    @Test
    void staysClosedWhenFailuresAreFarApart() {
        PluginGuard guard = guard("p", "h");
        for (int i = 0; i < 100; i++) {
            fail(guard, 1);
            clock.advance(Duration.ofMillis(600));
        }

        assertThat(guard.admits()).isTrue();
        assertThat(told).isEmpty();
    }

    @Test
    void letsOneProbePassEveryThirtySecondsAndClosesWhenItGoesWell() {
        PluginGuard guard = guard("p", "h");
        fail(guard, 20);
        clock.advance(Duration.ofSeconds(29));
        assertThat(guard.admits()).isFalse();

        clock.advance(Duration.ofSeconds(1));
        assertThat(guard.admits()).isTrue();
        assertThat(guard.isProbe()).isTrue();
        assertThat(guard.admits()).isFalse();
        fail(guard, 1);
        assertThat(guard.admits()).isFalse();

        clock.advance(Duration.ofSeconds(30));
        assertThat(guard.admits()).isTrue();
        guard.passed(1_000);
        assertThat(guard.admits()).isTrue();
        assertThat(guard.isOff()).isFalse();
        assertThat(told).last().isEqualTo("recovered h");
        assertThat(guards.troubles()).isEmpty();
    }

    @Test
    void staysOpenWhenTheProbeIsOverTheBudget() {
        PluginGuard guard = guard("p", "h");
        fail(guard, 20);
        clock.advance(Duration.ofSeconds(30));

        assertThat(guard.admits()).isTrue();
        guard.passed(Duration.ofMillis(5).toNanos());

        assertThat(guard.isOff()).isTrue();
    }

    @Test
    void opensWhenMoreThanOnePercentOfTheSamplesIsSlowForThirtySeconds() {
        PluginGuard guard = guard("p", "h");
        for (int i = 0; i < 1000; i++) {
            guard.passed(i % 50 == 0 ? 2_000_000 : 10_000);
            clock.advance(Duration.ofMillis(25));
        }
        assertThat(guard.isOff()).isFalse();

        clock.advance(Duration.ofSeconds(10));
        guard.passed(2_000_000);

        assertThat(guard.isOff()).isTrue();
        assertThat(told).singleElement().asString().contains("too slow");
    }

    @Test
    void toleratesFewSlowCalls() {
        PluginGuard guard = guard("p", "h");
        for (int i = 0; i < 10_000; i++) {
            guard.passed(i % 200 == 0 ? 2_000_000 : 10_000);
            clock.advance(Duration.ofMillis(25));
        }

        assertThat(guard.isOff()).isFalse();
    }

    @Test
    void quarantinesThePluginWhenCodeIsMissingAndNamesTheMember() {
        PluginGuard guard = guard("p", "h");
        PluginGuard sibling = guard("p", "other");
        PluginGuard stranger = guard("q", "h");

        guard.failed(new NoSuchMethodError("'void io.firn.spi.put.PutMessage.gone(int)'"));
        clock.advance(Duration.ofMinutes(10));

        assertThat(guard.admits()).isFalse();
        assertThat(sibling.admits()).isFalse();
        assertThat(stranger.admits()).isTrue();
        assertThat(told).containsExactly("quarantined h: 'void io.firn.spi.put.PutMessage.gone(int)'");
        assertThat(guards.troubles()).hasSize(2).allMatch(line -> line.contains("PutMessage.gone(int)"));
    }

    @Test
    void doesNotSwallowErrorsOfTheMachineButStackOverflowIsThePlugins() {
        PluginGuard guard = guard("p", "h");

        guard.failed(new StackOverflowError());
        assertThatThrownBy(() -> guard.failed(new InternalError("broken")))
                .isInstanceOf(InternalError.class)
                .hasMessage("broken");
    }

    @Test
    void reportsACallThatDoesNotComeBackOnceAndOpens() throws InterruptedException {
        PluginGuard guard = guard("p", "h");
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Thread stuck = Thread.ofPlatform().start(() -> {
            CallSlot slot = guards.watch().slot();
            slot.enter(guard);
            inside.countDown();
            awaitQuietly(goOn);
            slot.leave();
        });
        inside.await();

        for (int i = 0; i < 10; i++) {
            guards.watch().look();
        }
        assertThat(guard.isOff()).isFalse();
        assertThat(guards.awaitQuiet("p", 0)).singleElement().asString().contains("in p/h");
        for (int i = 0; i < 20; i++) {
            guards.watch().look();
        }

        assertThat(guard.isOff()).isTrue();
        assertThat(told).singleElement().asString().contains("has not come back for more than 1000 ms");
        goOn.countDown();
        stuck.join();
        assertThat(guards.awaitQuiet("p", 0)).isEmpty();
    }

    @Test
    void doesNotTakeManyShortCallsForALongOne() {
        PluginGuard guard = guard("p", "h");
        CallSlot slot = guards.watch().slot();
        for (int i = 0; i < 50; i++) {
            slot.enter(guard);
            guards.watch().look();
            slot.leave();
        }

        assertThat(guard.isOff()).isFalse();
    }

    @Test
    void watchesOnlyWhileThereAreHooks() {
        assertThat(watchers()).isZero();
        PluginGuard one = guard("p", "one");
        PluginGuard two = guard("p", "two");
        await().atMost(Duration.ofSeconds(60)).until(() -> watchers() == 1);

        one.close();
        assertThat(watchers()).isEqualTo(1);
        two.close();
        await().atMost(Duration.ofSeconds(60)).until(() -> watchers() == 0);
    }

    @Test
    void takesTheTimeOfFewCalls() {
        guard("p", "h");
        CallSlot slot = guards.watch().slot();
        int timed = 0;
        for (int i = 0; i < 1024 * 100; i++) {
            timed += slot.beginChain() ? 1 : 0;
        }

        assertThat(timed).isBetween(100, 101);
        guards.watch().look();
        assertThat(slot.beginChain()).isTrue();
    }

    private PluginGuard guard(String plugin, String hook) {
        HookAlarm alarm = new HookAlarm() {
            @Override
            public void degraded(String name, String reason) {
                told.add("degraded " + name + ": " + reason);
            }

            @Override
            public void recovered(String name) {
                told.add("recovered " + name);
            }

            @Override
            public void quarantined(String name, LinkageError cause) {
                told.add("quarantined " + name + ": " + cause.getMessage());
            }
        };
        return guards.guard(
                new HookOwner(plugin, getClass().getClassLoader(), root, alarm), hook, PluginGuard.Watch.CALLS);
    }

    private static void fail(PluginGuard guard, int times) {
        for (int i = 0; i < times; i++) {
            guard.failed(new IllegalStateException("thrown by a test"));
        }
    }

    private static long watchers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("firn-plugin-watch"))
                .count();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
