package io.firn.broker.pop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who waits for messages, over a real store. */
final class WaitsTest {

    private static final Waits.Spot QUEUE_0 = new Waits.Spot("T", 0);
    private static final Waits.Spot QUEUE_1 = new Waits.Spot("T", 1);

    @TempDir
    private Path root;

    private PopStore store;
    private Waits waits;
    private long place;

    private void open(String... settings) {
        store = new PopStore(root, settings);
        waits = new Waits(store.polls, store.clock, 2);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Waiting waiting() {
        Waiting waiter =
                new Waiting(store.clock.nanos() + Duration.ofSeconds(10).toNanos());
        waits.await(waiter, List.of(QUEUE_0, QUEUE_1), spot -> spot.equals(QUEUE_0) ? place : 0);
        store.dispatch();
        return waiter;
    }

    @Test
    void refusesWhoCanNotWaitAtAllQueues() {
        open("firn.queue.maxParkedPolls=1");
        Waiting first = waiting();

        assertThat(first.told).containsExactly("refused");
        assertThat(waits.count()).isZero();
        // and what stood at the other queue is gone: there is room again
        assertThat(store.polls.waiting()).isZero();
    }

    @Test
    void refusesMoreThanMayWait() {
        open();
        Waiting first = waiting();
        Waiting second = waiting();
        Waiting third = waiting();

        assertThat(third.told).containsExactly("refused");
        assertThat(first.told).isEmpty();
        assertThat(second.told).isEmpty();
    }

    @Test
    void wakesOneWhenTheGroupMovesAndTheNextWhenThatOneIsDone() {
        open();
        store.send("a");
        place = 1;
        Waiting first = waiting();
        Waiting second = waiting();
        assertThat(first.told).isEmpty();
        place = 0;

        waits.moved(QUEUE_0);
        store.dispatch();
        assertThat(first.told).containsExactly("woken");
        assertThat(second.told).isEmpty();
        waits.goOn(List.of(QUEUE_0, QUEUE_1), spot -> place);
        store.dispatch();
        assertThat(second.told).containsExactly("woken");
    }

    @Test
    void endsTheWaitingOfThoseWhoseTimeIsUp() {
        open();
        Waiting first = waiting();
        store.clock.advance(Duration.ofSeconds(11));
        store.dispatch();

        assertThat(first.told).containsExactly("expired");
    }

    /** Remembers what it is told. */
    private static final class Waiting implements Waits.Waiter {

        final List<String> told = new ArrayList<>();
        private final long deadlineNanos;

        Waiting(long deadlineNanos) {
            this.deadlineNanos = deadlineNanos;
        }

        @Override
        public long deadlineNanos() {
            return deadlineNanos;
        }

        @Override
        public boolean isAbandoned() {
            return false;
        }

        @Override
        public void wake() {
            told.add("woken");
        }

        @Override
        public void expire() {
            told.add("expired");
        }

        @Override
        public void refused() {
            told.add("refused");
        }
    }
}
