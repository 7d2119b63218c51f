package io.firn.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.runtime.ManualClock;
import io.firn.broker.wire.body.MessageQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class QueueLocksTest {

    private static final MessageQueue Q0 = new MessageQueue("T", "b", 0);
    private static final MessageQueue Q1 = new MessageQueue("T", "b", 1);

    private final ManualClock clock = new ManualClock(0);
    private final QueueLocks locks = new QueueLocks(clock);

    @Test
    void givesEachQueueToOneClientOfAGroup() {
        assertThat(locks.lock("g", "c1", List.of(Q0))).containsExactly(Q0);
        assertThat(locks.lock("g", "c2", List.of(Q0, Q1))).containsExactly(Q1);
        assertThat(locks.holder("g", Q0)).isEqualTo("c1");
        assertThat(locks.lock("g", "c1", List.of(Q0, Q1))).containsExactly(Q0);
    }

    @Test
    void keepsGroupsApart() {
        assertThat(locks.lock("g", "c1", List.of(Q0))).containsExactly(Q0);
        assertThat(locks.lock("h", "c2", List.of(Q0))).containsExactly(Q0);
    }

    @Test
    void onlyTheHolderUnlocks() {
        locks.lock("g", "c1", List.of(Q0));
        locks.unlock("g", "c2", List.of(Q0));
        assertThat(locks.holder("g", Q0)).isEqualTo("c1");
        locks.unlock("g", "c1", List.of(Q0, Q1));
        assertThat(locks.holder("g", Q0)).isNull();
        assertThat(locks.lock("g", "c2", List.of(Q0))).containsExactly(Q0);
    }

    @Test
    void freesALockThatIsNotRenewedForSixtySeconds() {
        locks.lock("g", "c1", List.of(Q0, Q1));
        clock.advance(Duration.ofSeconds(40));
        locks.lock("g", "c1", List.of(Q0));
        clock.advance(Duration.ofSeconds(21));
        assertThat(locks.holder("g", Q0)).isEqualTo("c1");
        assertThat(locks.holder("g", Q1)).isNull();
        assertThat(locks.lock("g", "c2", List.of(Q0, Q1))).containsExactly(Q1);
        clock.advance(Duration.ofSeconds(61));
        locks.sweep();
        assertThat(locks.lock("g", "c3", List.of(Q0, Q1))).containsExactly(Q0, Q1);
    }

    @Test
    void neverGivesAQueueToTwoClientsAtOnce() throws InterruptedException {
        long seed = Long.getLong("firn.seed", new Random().nextLong());
        Map<MessageQueue, String> owners = new ConcurrentHashMap<>();
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger doubled = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String client = "c" + t;
            Random random = new Random(seed + t);
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 2_000; i++) {
                    MessageQueue queue = new MessageQueue("T", "b", random.nextInt(3));
                    for (MessageQueue mine : locks.lock("g", client, List.of(queue))) {
                        taken.incrementAndGet();
                        if (owners.putIfAbsent(mine, client) != null) {
                            doubled.incrementAndGet();
                        }
                        owners.remove(mine, client);
                        locks.unlock("g", client, List.of(mine));
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(taken).hasPositiveValue();
        assertThat(doubled).as("seed %s", seed).hasValue(0);
    }
}
