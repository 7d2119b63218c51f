package io.firn.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Metrics;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class AppendLockTest {

    private final LogMetrics metrics = new LogMetrics(new Metrics());

    @Test
    void nobodyWaitsLongForAHolderThatIsStuck() throws Exception {
        AppendLock lock = new AppendLock(Duration.ofMillis(20), metrics);
        try (Holder holder = new Holder(lock)) {
            assertThatThrownBy(lock::lock)
                    .isInstanceOfSatisfying(
                            BusyException.class, e -> assertThat(e.why()).isEqualTo(BusyException.Why.STORE_STUCK))
                    .hasMessage("an append waits for the disk for more than 20 ms");
            assertThatThrownBy(lock::lock).isInstanceOf(BusyException.class);
            assertThat(metrics.stuck.sum()).isEqualTo(2);

            holder.letGo();
            lock.lock();
            lock.unlock();
        }
    }

    @Test
    void anInterruptIsNoReasonToGiveUpNorForgotten() throws Exception {
        AppendLock lock = new AppendLock(Duration.ofDays(1), metrics);
        try (Holder holder = new Holder(lock);
                ExecutorService waiters = Executors.newSingleThreadExecutor()) {
            Future<Boolean> waiter = waiters.submit(() -> {
                Thread.currentThread().interrupt();
                lock.lock();
                lock.unlock();
                return Thread.interrupted();
            });
            holder.letGo();
            assertThat(waiter.get()).isTrue();
        }
    }

    /** Holds the lock on a thread of its own until told otherwise. */
    private static final class Holder implements AutoCloseable {

        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final CountDownLatch release = new CountDownLatch(1);
        private final Future<?> done;

        Holder(AppendLock lock) throws InterruptedException {
            CountDownLatch held = new CountDownLatch(1);
            done = thread.submit(() -> {
                lock.lock();
                try {
                    held.countDown();
                    release.await();
                } finally {
                    lock.unlock();
                }
                return null;
            });
            held.await();
        }

        void letGo() throws Exception {
            release.countDown();
            done.get();
        }

        @Override
        public void close() {
            release.countDown();
            thread.close();
        }
    }
}
