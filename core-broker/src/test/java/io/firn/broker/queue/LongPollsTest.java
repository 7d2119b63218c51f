package io.firn.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.record.RecordFilter;
import io.firn.broker.record.RecordView;
import io.firn.broker.runtime.AgentThread;
import io.firn.broker.runtime.BusyException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls that wait at the ends of queues. */
final class LongPollsTest {

    @TempDir
    Path root;

    @Test
    void wakesAPollWhenItsMessageArrivesAndOnlyOnce() {
        try (Store store = Store.open(root)) {
            Poll poll = new Poll("T", 0, 0, store.clock.nanos() + 1_000);
            store.polls.park(poll);
            store.dispatch();
            store.put(Message.of("T", 1, "other queue"));
            store.put(Message.of("U", 0, "other topic"));
            assertThat(poll.answers()).isEqualTo("waiting");

            store.put(Message.of("T", 0, "mine"));
            store.put(Message.of("T", 0, "another"));
            store.clock.advance(Duration.ofSeconds(1));
            store.dispatch();

            assertThat(poll.answers()).isEqualTo("woken");
            assertThat(store.polls.waiting()).isZero();
        }
    }

    @Test
    void wakesAtOnceWhenTheMessageIsAlreadyThere() {
        try (Store store = Store.open(root)) {
            store.put(Message.of("T", 0, "first"));
            Poll late = new Poll("T", 0, 0, Long.MAX_VALUE);
            Poll beyond = new Poll("T", 0, 7, Long.MAX_VALUE);
            store.polls.park(late);
            store.polls.park(beyond);
            store.dispatch();

            assertThat(late.answers()).isEqualTo("woken");
            assertThat(beyond.answers())
                    .as("an offset that is out of range is for the reader to tell")
                    .isEqualTo("woken");
        }
    }

    @Test
    void letsAPollSleepThroughMessagesItsFilterRejects() {
        try (Store store = Store.open(root)) {
            store.put(Message.of("T", 0, "before", "TAGS=b"));
            Poll poll = new Poll("T", 0, 0, Long.MAX_VALUE, "a");
            store.polls.park(poll);
            store.put(Message.of("T", 0, "after", "TAGS=b"));
            assertThat(poll.answers()).isEqualTo("waiting");

            store.put(Message.of("T", 0, "match", "TAGS=a"));
            assertThat(poll.answers()).isEqualTo("woken");
        }
    }

    @Test
    void expiresPollsInOrderOfTheirDeadlines() {
        try (Store store = Store.open(root)) {
            long now = store.clock.nanos();
            List<String> order = new ArrayList<>();
            Random random = new Random(7);
            List<Integer> delays = new ArrayList<>();
            for (int i = 1; i <= 50; i++) {
                delays.add(i);
            }
            java.util.Collections.shuffle(delays, random);
            for (int delay : delays) {
                store.polls.park(new Poll("T", delay % 5, 0, now + delay * 1_000_000L) {
                    @Override
                    public void expired() {
                        super.expired();
                        order.add(Integer.toString(delay));
                    }
                });
            }
            store.dispatch();
            assertThat(store.dispatcher.idleNanos()).isEqualTo(1_000_000L);
            store.clock.advance(Duration.ofMillis(20));
            store.dispatch();
            assertThat(order).hasSize(20);
            assertThat(store.dispatcher.idleNanos()).isEqualTo(1_000_000L);
            store.clock.advance(Duration.ofMillis(30));
            store.dispatch();
            assertThat(order).hasSize(50).isSortedAccordingTo(java.util.Comparator.comparingInt(Integer::parseInt));
            assertThat(store.dispatcher.idleNanos()).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Test
    void forgetsAbandonedPollsWithoutAnAnswer() {
        try (Store store = Store.open(root)) {
            Poll early = new Poll("T", 0, 0, Long.MAX_VALUE);
            Poll late = new Poll("T", 0, 0, Long.MAX_VALUE);
            early.gone = true;
            store.polls.park(early);
            store.polls.park(late);
            store.dispatch();
            late.gone = true;
            store.put(Message.of("T", 0, "x"));

            assertThat(early.answers()).isEqualTo("waiting");
            assertThat(late.answers()).isEqualTo("waiting");
            assertThat(store.polls.waiting()).isZero();
        }
    }

    @Test
    void letsGoOfAllPollsOfAClientThatLeftAndOfNoOthers() {
        try (Store store = Store.open(root)) {
            Object leaving = new Object();
            Object staying = new Object();
            List<Poll> left = new ArrayList<>();
            List<Poll> kept = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                Poll poll = new Poll("T", i % 4, 0, Long.MAX_VALUE);
                poll.client = i % 3 == 0 ? leaving : staying;
                (i % 3 == 0 ? left : kept).add(poll);
                store.polls.park(poll);
            }
            store.dispatch();
            left.forEach(poll -> poll.gone = true);
            Poll inMailbox = new Poll("T", 0, 0, Long.MAX_VALUE);
            inMailbox.client = leaving;
            inMailbox.gone = true;
            store.polls.park(inMailbox);

            store.polls.clientGone(leaving);
            store.dispatch();

            assertThat(store.polls.waiting()).isEqualTo(kept.size());
            for (int queue = 0; queue < 4; queue++) {
                store.put(Message.of("T", queue, "x"));
            }
            assertThat(kept).extracting(Poll::answers).containsOnly("woken");
            assertThat(left).extracting(Poll::answers).containsOnly("waiting");
            assertThat(store.polls.waiting()).isZero();
            store.polls.clientGone(staying);
            store.dispatch();
        }
    }

    @Test
    void letsGoOfTheirPollsWhenMoreClientsLeaveAtOnceThanCanBeNamed() {
        try (Store store = Store.open(root)) {
            List<Poll> polls = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                Poll poll = new Poll("T", 0, 0, Long.MAX_VALUE);
                polls.add(poll);
                store.polls.park(poll);
                if (i % 1_000 == 0) {
                    store.dispatch();
                }
            }
            Poll staying = new Poll("T", 0, 0, Long.MAX_VALUE);
            store.polls.park(staying);
            store.dispatch();
            polls.forEach(poll -> poll.gone = true);
            polls.forEach(store.polls::clientGone);
            store.dispatch();

            assertThat(store.polls.waiting()).isEqualTo(1);
            store.put(Message.of("T", 0, "x"));
            assertThat(staying.answers()).isEqualTo("woken");
        }
    }

    @Test
    void wakesAllWhoParkedAtAQueueThatWasMovedAndNobodyElse() {
        try (Store store = Store.open(root)) {
            Poll parked = new Poll("T", 0, 0, Long.MAX_VALUE);
            Poll other = new Poll("T", 1, 0, Long.MAX_VALUE);
            store.polls.moved("T", 0);
            store.polls.park(parked);
            store.polls.park(other);
            store.dispatch();
            assertThat(parked.answers()).isEqualTo("waiting");

            Poll late = new Poll("T", 0, 0, Long.MAX_VALUE);
            store.polls.park(late);
            store.polls.moved("T", 0);
            store.polls.moved("T", 7);
            store.dispatch();

            assertThat(parked.answers()).isEqualTo("woken");
            assertThat(late.answers()).isEqualTo("woken");
            assertThat(other.answers()).isEqualTo("waiting");
        }
    }

    @Test
    void refusesMorePollsThanConfigured() {
        try (Store store = Store.open(root, "firn.queue.maxParkedPolls=4")) {
            for (int i = 0; i < 4; i++) {
                store.polls.park(new Poll("T", 0, 0, Long.MAX_VALUE));
                store.dispatch();
            }
            assertThatThrownBy(() -> store.polls.park(new Poll("T", 0, 0, Long.MAX_VALUE)))
                    .isInstanceOf(BusyException.class)
                    .hasMessageContaining("too many pulls");
            store.put(Message.of("T", 0, "x"));
            store.polls.park(new Poll("T", 0, 1, Long.MAX_VALUE));
        }
    }

    @Test
    void expiresAllWhenTheDispatcherEndsAndThoseThatComeLater() {
        Poll parked = new Poll("T", 0, 0, Long.MAX_VALUE);
        Poll inMailbox = new Poll("T", 0, 0, Long.MAX_VALUE);
        Poll late = new Poll("T", 0, 0, Long.MAX_VALUE);
        try (Store store = Store.open(root)) {
            store.polls.park(parked);
            store.dispatch();
            store.polls.park(inMailbox);
            store.dispatcher.onClose();
            store.polls.park(late);
            assertThat(parked.answers()).isEqualTo("expired");
            assertThat(inMailbox.answers()).isEqualTo("expired");
            assertThat(late.answers()).isEqualTo("expired");
        }
    }

    @Test
    void answersEveryPollExactlyOnceUnderRaces() throws InterruptedException {
        long seed = Long.getLong("firn.seed", System.nanoTime());
        System.err.println("seed " + seed);
        int pollers = 4;
        int messages = 2_000;
        int queues = 3;
        try (Store store = Store.open(root, "mappedFileSizeConsumeQueue=10000")) {
            AgentThread thread = store.dispatcher.start((component, e) -> store.faults.add(e));
            store.log.onAppend(thread::wake);
            CountDownLatch done = new CountDownLatch(pollers * queues);
            List<Follower> followers = new ArrayList<>();
            for (int i = 0; i < pollers * queues; i++) {
                followers.add(new Follower(store, i % queues, messages, done));
            }
            followers.forEach(Follower::go);
            Random random = new Random(seed);
            for (int i = 0; i < messages; i++) {
                for (int queue = 0; queue < queues; queue++) {
                    store.append(Message.of("T", queue, Integer.toString(i)));
                }
                if (random.nextInt(8) == 0) {
                    // let followers get to the end, so that they park
                    long until = System.nanoTime() + random.nextInt(300_000);
                    while (System.nanoTime() < until) {
                        Thread.onSpinWait();
                    }
                }
            }
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> done.getCount() == 0);
            thread.close();
            for (Follower follower : followers) {
                assertThat(follower.wrong.get()).isZero();
                assertThat(follower.answered.get()).isEqualTo(follower.parked.get());
            }
            assertThat(store.faults).isEmpty();
        }
    }

    /** Reads a queue to its end, parks there, reads on when woken: as a consumer does. Moves on one thread at a time. */
    private static final class Follower {
        private final Store store;
        private final int queue;
        private final int target;
        private final CountDownLatch done;
        private final AtomicLong offset = new AtomicLong();
        private final AtomicInteger parked = new AtomicInteger();
        private final AtomicInteger answered = new AtomicInteger();
        private final AtomicInteger wrong = new AtomicInteger();

        Follower(Store store, int queue, int target, CountDownLatch done) {
            this.store = store;
            this.queue = queue;
            this.target = target;
            this.done = done;
        }

        void go() {
            while (true) {
                ReadOutcome outcome = store.read("T", queue, offset.get(), 32);
                List<RecordView> records = Store.records(outcome);
                for (RecordView record : records) {
                    if (record.queueOffset() != offset.getAndIncrement()) {
                        wrong.incrementAndGet();
                    }
                }
                if (offset.get() >= target) {
                    done.countDown();
                    return;
                }
                if (records.isEmpty()) {
                    parked.incrementAndGet();
                    store.polls.park(new Poll("T", queue, offset.get(), store.clock.nanos() + 1_000_000_000L) {
                        @Override
                        public void wake() {
                            super.wake();
                            answered.incrementAndGet();
                            go();
                        }
                    });
                    return;
                }
            }
        }
    }

    /** A poll that counts its answers. */
    private static class Poll implements ParkedPoll {
        private final String topic;
        private final int queueId;
        private final long offset;
        private final long deadlineNanos;
        private final RecordFilter filter;
        private final AtomicInteger woken = new AtomicInteger();
        private final AtomicInteger expired = new AtomicInteger();
        private volatile boolean gone;
        private Object client = this;

        Poll(String topic, int queueId, long offset, long deadlineNanos) {
            this(topic, queueId, offset, deadlineNanos, null);
        }

        Poll(
                String topic,
                int queueId,
                long offset,
                long deadlineNanos,
                @org.jspecify.annotations.Nullable String tag) {
            this.topic = topic;
            this.queueId = queueId;
            this.offset = offset;
            this.deadlineNanos = deadlineNanos;
            this.filter = tag == null ? RecordFilter.ALL : tagIs(tag);
        }

        private static RecordFilter tagIs(String tag) {
            return new RecordFilter() {
                @Override
                public boolean matches(long tagsCode) {
                    return tagsCode == tag.hashCode();
                }

                @Override
                public boolean needsRecord() {
                    return false;
                }

                @Override
                public boolean matches(RecordView record) {
                    return true;
                }
            };
        }

        String answers() {
            int all = woken.get() + expired.get();
            return all > 1 ? all + " answers" : woken.get() == 1 ? "woken" : expired.get() == 1 ? "expired" : "waiting";
        }

        @Override
        public String topic() {
            return topic;
        }

        @Override
        public int queueId() {
            return queueId;
        }

        @Override
        public long offset() {
            return offset;
        }

        @Override
        public RecordFilter filter() {
            return filter;
        }

        @Override
        public long deadlineNanos() {
            return deadlineNanos;
        }

        @Override
        public void wake() {
            woken.incrementAndGet();
        }

        @Override
        public void expired() {
            expired.incrementAndGet();
        }

        @Override
        public Object client() {
            return client;
        }

        @Override
        public boolean abandoned() {
            return gone;
        }
    }
}
