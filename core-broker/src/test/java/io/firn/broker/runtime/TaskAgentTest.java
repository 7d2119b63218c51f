package io.firn.broker.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TaskAgentTest {

    private final AtomicInteger faults = new AtomicInteger();
    private final FaultHandler count = (component, cause) -> faults.incrementAndGet();

    @Test
    void runsTasksInOrderAndFinishesThemBeforeItCloses() {
        List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
        try (TaskAgent agent = TaskAgent.start("test-tasks", 1024, Clock.system(), count)) {
            for (int i = 0; i < 1000; i++) {
                int n = i;
                agent.execute(() -> ran.add(n));
            }
        }
        assertThat(ran).hasSize(1000).isSorted();
    }

    @Test
    void aFailingTaskIsAFaultAndTheNextOneRuns() {
        try (TaskAgent agent = TaskAgent.start("test-tasks", 16, Clock.system(), count)) {
            agent.execute(() -> {
                throw new IllegalStateException("on purpose");
            });
            assertThat(agent.submit(() -> "done").join()).isEqualTo("done");
        }
        assertThat(faults).hasValue(1);
    }

    @Test
    void refusesWhenFull() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(1);
        try (TaskAgent agent = TaskAgent.start("test-tasks", 2, Clock.system(), count)) {
            agent.execute(() -> {
                running.countDown();
                awaitQuietly(release);
            });
            running.await();
            agent.execute(() -> {});
            agent.execute(() -> {});
            assertThatThrownBy(() -> agent.execute(() -> {})).isInstanceOf(BusyException.class);
            release.countDown();
        }
    }

    @Test
    void runsPeriodicTasksWhenTheClockSaysSo() {
        ManualClock clock = new ManualClock(0);
        AtomicInteger ticks = new AtomicInteger();
        try (TaskAgent agent = TaskAgent.start("test-tasks", 16, clock, count)) {
            agent.every(Duration.ofSeconds(5), ticks::incrementAndGet);
            agent.submit(() -> "scheduled").join();
            for (int i = 1; i <= 3; i++) {
                clock.advance(Duration.ofSeconds(5));
                int expected = i;
                await().until(() -> {
                    agent.execute(() -> {});
                    return ticks.get() == expected;
                });
            }
        }
        assertThat(ticks).hasValue(3);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
