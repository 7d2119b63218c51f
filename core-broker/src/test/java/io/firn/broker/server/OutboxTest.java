package io.firn.broker.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.runtime.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {

    @Test
    void givesEntriesInTheOrderOfPuttingAndAsksForOneWakeUp() {
        Outbox outbox = new Outbox();
        assertThat(outbox.takeAll()).isNull();
        assertThat(outbox.put(new Numbered(0, 1))).isTrue();
        assertThat(outbox.put(new Numbered(0, 2))).isFalse();
        assertThat(outbox.put(new Numbered(0, 3))).isFalse();
        assertThat(numbers(outbox.takeAll())).containsExactly(1, 2, 3);
        assertThat(outbox.put(new Numbered(0, 4))).isTrue();
        assertThat(numbers(outbox.takeAll())).containsExactly(4);
    }

    @Test
    void losesNothingAndKeepsEachProducersOrder() throws InterruptedException {
        int producers = 4;
        int each = 20_000;
        Outbox outbox = new Outbox();
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            int producer = p;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    outbox.put(new Numbered(producer, i));
                }
            }));
        }
        int[] next = new int[producers];
        int taken = 0;
        while (taken < producers * each) {
            for (OutboxEntry entry = outbox.takeAll(); entry != null; entry = entry.next) {
                Numbered numbered = (Numbered) entry;
                assertThat(numbered.number).isEqualTo(next[numbered.producer]);
                next[numbered.producer]++;
                taken++;
            }
        }
        for (Thread thread : threads) {
            assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
        }
        assertThat(outbox.takeAll()).isNull();
    }

    @Test
    void logLimitLetsOneLinePerIntervalThroughAndCountsTheRest() {
        ManualClock clock = new ManualClock(0);
        LogLimit limit = new LogLimit(clock, Duration.ofSeconds(10));
        assertThat(limit.admit()).isZero();
        assertThat(limit.admit()).isEqualTo(LogLimit.SUPPRESSED);
        assertThat(limit.admit()).isEqualTo(LogLimit.SUPPRESSED);
        clock.advance(Duration.ofSeconds(10));
        assertThat(limit.admit()).isEqualTo(2);
        assertThat(limit.admit()).isEqualTo(LogLimit.SUPPRESSED);
    }

    private static List<Integer> numbers(OutboxEntry first) {
        List<Integer> numbers = new ArrayList<>();
        for (OutboxEntry entry = first; entry != null; entry = entry.next) {
            numbers.add(((Numbered) entry).number);
        }
        return numbers;
    }

    private static final class Numbered extends OutboxEntry {

        private final int producer;
        private final int number;

        private Numbered(int producer, int number) {
            this.producer = producer;
            this.number = number;
        }

        @Override
        int bodyLength() {
            return 0;
        }

        @Override
        void write(ChannelConnection connection) {
            throw new AssertionError("nothing is written here");
        }

        @Override
        void discard() {
            throw new AssertionError("nothing is discarded here");
        }
    }
}
