package io.firn.broker.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AgentThreadTest {

    private final List<Throwable> faults = new CopyOnWriteArrayList<>();
    private final FaultHandler collect = (component, cause) -> faults.add(cause);

    /** Follows a published position, as the dispatcher follows the log. */
    private static final class Follower implements Agent {
        final Position published = new Position(0);
        final AtomicLong seen = new AtomicLong();

        @Override
        public int doWork() {
            long now = published.get();
            if (now == seen.get()) {
                return 0;
            }
            seen.set(now);
            return 1;
        }

        @Override
        public String roleName() {
            return "test-follower";
        }
    }

    @Test
    void neverLosesAWakeUp() {
        Follower follower = new Follower();
        try (AgentThread thread = AgentThread.start(follower, collect)) {
            for (long i = 1; i <= 200_000; i++) {
                follower.published.publish(i);
                thread.wake();
                if (i % 1_000 == 0) {
                    long target = i;
                    await().pollDelay(Duration.ZERO)
                            .pollInterval(Duration.ofMillis(1))
                            .until(() -> follower.seen.get() == target);
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void goesOnAfterAFault() {
        AtomicLong calls = new AtomicLong();
        Agent failing = new Agent() {
            @Override
            public int doWork() {
                if (calls.incrementAndGet() < 3) {
                    throw new IllegalStateException("call " + calls.get());
                }
                return 0;
            }

            @Override
            public String roleName() {
                return "test-failing";
            }
        };
        try (AgentThread thread = AgentThread.start(failing, collect)) {
            await().until(() -> calls.get() >= 3);
            assertThat(thread.isOwner()).isFalse();
        }
        assertThat(faults).hasSize(2);
    }

    @Test
    void closesTheAgentOnItsOwnThread() {
        AtomicLong closed = new AtomicLong();
        Agent agent = new Agent() {
            @Override
            public int doWork() {
                return 0;
            }

            @Override
            public String roleName() {
                return "test-closing";
            }

            @Override
            public void onClose() {
                if (Thread.currentThread().getName().equals("test-closing")) {
                    closed.incrementAndGet();
                }
            }
        };
        AgentThread thread = AgentThread.start(agent, collect);
        thread.close();
        thread.close();
        assertThat(closed).hasValue(1);
    }
}
