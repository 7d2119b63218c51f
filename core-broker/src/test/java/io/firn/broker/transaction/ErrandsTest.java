package io.firn.broker.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.TaskAgent;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Work for later, when all who could do it are busy. */
final class ErrandsTest {

    private static final Duration SOON = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TaskAgent control = TaskAgent.start("test-control", 4, Clock.system(), (component, e) -> {});
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();

    @AfterEach
    void close() {
        control.close();
    }

    @Test
    void asksWorkersThatAreBusyAgain() {
        AtomicInteger asked = new AtomicInteger();
        Errands errands = new Errands(
                control,
                work -> {
                    if (asked.incrementAndGet() < 3) {
                        throw new BusyException("workers are full");
                    }
                    work.run();
                },
                SOON);

        errands.after(SOON, done::incrementAndGet, lost::incrementAndGet);

        await().atMost(PATIENCE).until(() -> done.get() == 1);
        assertThat(lost).hasValue(0);
    }

    @Test
    void saysThatWorkIsLostWhenControlIsFull() {
        CountDownLatch held = new CountDownLatch(1);
        control.execute(() -> awaitOn(held));
        fill();

        new Errands(control, Runnable::run, SOON).after(SOON, done::incrementAndGet, lost::incrementAndGet);

        assertThat(lost).hasValue(1);
        held.countDown();
    }

    @Test
    void saysThatWorkIsLostWhenControlIsFullAfterTheWorkersWereBusy() {
        // on control's own thread, so that nothing is taken out before it is asked again
        Errands errands = new Errands(
                control,
                work -> {
                    fill();
                    throw new BusyException("workers are full");
                },
                SOON);

        errands.after(SOON, done::incrementAndGet, lost::incrementAndGet);

        await().atMost(PATIENCE).until(() -> lost.get() == 1);
        assertThat(done).hasValue(0);
    }

    @Test
    void beginsNothingAfterItsEnd() {
        Errands errands = new Errands(control, Runnable::run, SOON);
        errands.close();

        errands.after(SOON, done::incrementAndGet, lost::incrementAndGet);
        CountDownLatch later = new CountDownLatch(1);
        control.after(Duration.ofMillis(2), later::countDown);

        await().atMost(PATIENCE).until(() -> later.getCount() == 0);
        assertThat(done).hasValue(0);
        assertThat(lost).hasValue(0);
    }

    private void fill() {
        boolean room = true;
        while (room) {
            try {
                control.execute(() -> {});
            } catch (BusyException full) {
                room = false;
            }
        }
    }

    private static void awaitOn(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
