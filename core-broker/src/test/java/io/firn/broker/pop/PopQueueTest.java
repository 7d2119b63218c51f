package io.firn.broker.pop;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.filter.FilterConfig;
import io.firn.broker.filter.Filters;
import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.group.GroupsConfig;
import io.firn.broker.group.Offsets;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.topic.ConfigHome;
import io.firn.broker.topic.TestHome;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.topic.TopicsConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a queue knows of its batches, with the committed offsets of a real group and a disk that the test moves. */
final class PopQueueTest {

    private static final long POPPED_MS = 1_000;
    private static final long INVISIBLE_MS = 60_000;

    @TempDir
    private Path root;

    private TestHome home;
    private GroupCoordinator groups;
    private Offsets offsets;
    private PopQueue queue;

    @BeforeEach
    void open() {
        home = new TestHome(root);
        ConfigHome config = home.config();
        ConfigView view = new ConfigView(Map.of());
        TopicRegistry topics = TopicRegistry.open(TopicsConfig.from(view, "b", "c"), config);
        Filters filters = new Filters(FilterConfig.from(view));
        groups = GroupCoordinator.open(GroupsConfig.from(view), config, topics, filters::compile, group -> {});
        offsets = groups.offsets();
        queue = new PopQueue("G", "T", 0, offsets, new PopQueue.Counts());
        queue.begin(0);
    }

    @AfterEach
    void close() {
        groups.close();
        home.close();
    }

    private Batch popped(long first, int count) {
        long[] found = new long[count];
        for (int i = 0; i < count; i++) {
            found[i] = first + i;
        }
        Batch batch = new Batch(new Batch.Key(first, POPPED_MS), INVISIBLE_MS, 0, found, first + count);
        queue.popped(batch);
        return batch;
    }

    private long committed() {
        return offsets.query("G", "T", 0);
    }

    @Test
    void isDoneWithAMovedMessageOnlyWhenItsNoteIsOnDisk() {
        Batch batch = popped(0, 2);

        assertThat(queue.ack(batch.key, 0)).isEqualTo(PopQueue.Met.TAKEN);
        assertThat(queue.moved(batch.key, 1, 500)).isEqualTo(PopQueue.Met.TAKEN);
        assertThat(queue.isDone(batch)).isFalse();
        queue.advance(new Look(POPPED_MS, 499));
        assertThat(queue.isDone(batch)).isFalse();
        assertThat(committed()).isZero();

        queue.advance(new Look(POPPED_MS, 500));
        assertThat(queue.isDone(batch)).isTrue();
        assertThat(committed()).isEqualTo(2);
    }

    @Test
    void isDoneWithARevivalOnlyWhenAllCopiesAreOnDiskAlsoThoseOfAnEarlierTry() {
        Batch batch = popped(0, 2);
        Look due = new Look(POPPED_MS + INVISIBLE_MS, 0);
        queue.advance(due);
        assertThat(queue.begin(batch)).isTrue();
        queue.settled(batch, 0, 900);
        queue.failed(batch, due.nowMs + 10);

        Look again = new Look(due.nowMs + 10, 0);
        queue.advance(again);
        assertThat(again.revived).containsExactly(batch);
        assertThat(queue.begin(batch)).isTrue();
        queue.settled(batch, 1, 700);
        queue.revived(batch);
        queue.advance(new Look(again.nowMs, 800));
        assertThat(queue.isDone(batch)).isFalse();
        queue.advance(new Look(again.nowMs, 900));
        assertThat(queue.isDone(batch)).isTrue();
    }

    @Test
    void asksAgainForARevivalThatNeverBegan() {
        Batch batch = popped(0, 1);
        Look first = new Look(POPPED_MS + INVISIBLE_MS, 0);
        queue.advance(first);
        Look soon = new Look(first.nowMs + 1_000, 0);
        queue.advance(soon);
        Look later = new Look(first.nowMs + Batch.LEASE_MS, 0);
        queue.advance(later);

        assertThat(first.revived).containsExactly(batch);
        assertThat(soon.revived).isEmpty();
        assertThat(later.revived).containsExactly(batch);
        assertThat(queue.begin(batch)).isTrue();
        assertThat(queue.begin(batch)).isFalse();
        Look underWay = new Look(later.nowMs + 10 * Batch.LEASE_MS, 0);
        queue.advance(underWay);
        assertThat(underWay.revived).isEmpty();
    }

    @Test
    void asksAgainForANoteThatWasLostOnItsWay() {
        Batch batch = popped(0, 1);
        Look first = new Look(POPPED_MS + Look.STAY_MS, 0);
        queue.advance(first);
        Look soon = new Look(first.nowMs + 1, 0);
        queue.advance(soon);
        Look later = new Look(first.nowMs + Batch.LEASE_MS, 0);
        queue.advance(later);

        assertThat(first.noted).containsExactly(batch);
        assertThat(soon.noted).isEmpty();
        assertThat(later.noted).containsExactly(batch);
    }

    @Test
    void takesAcknowledgementsWhileNobodyIsAtARevival() {
        Batch batch = popped(0, 1);
        queue.advance(new Look(POPPED_MS + INVISIBLE_MS, 0));
        assertThat(queue.begin(batch)).isTrue();
        assertThat(queue.ack(batch.key, 0)).isEqualTo(PopQueue.Met.LATE);
        queue.failed(batch, POPPED_MS + INVISIBLE_MS + 5_000);

        assertThat(queue.ack(batch.key, 0)).isEqualTo(PopQueue.Met.TAKEN);
        assertThat(queue.begin(batch)).isFalse();
        assertThat(committed()).isEqualTo(1);
    }

    @Test
    void theLineBehindAnUnacknowledgedBatchStaysShort() {
        Batch stuck = popped(0, 1);
        for (int i = 1; i <= 5_000; i++) {
            Batch batch = popped(i, 1);
            if (i % 1_000 != 0) {
                queue.ack(batch.key, i);
            }
        }

        assertThat(committed()).isZero();
        assertThat(queue.behind()).isLessThan(200);
        queue.ack(stuck.key, 0);
        assertThat(committed()).isEqualTo(1_000);
        for (int i = 1_000; i <= 5_000; i += 1_000) {
            queue.ack(new Batch.Key(i, POPPED_MS), i);
        }
        assertThat(committed()).isEqualTo(5_001);
        assertThat(queue.behind()).isZero();
    }

    @Test
    void passesANotedBatchAlsoWhileItIsBeingRevived() {
        popped(0, 1);
        Batch behind = popped(1, 1);
        Look note = new Look(POPPED_MS + Look.STAY_MS, 0);
        queue.advance(note);
        queue.written(behind, 100);
        queue.advance(new Look(note.nowMs, 100));
        queue.advance(new Look(POPPED_MS + INVISIBLE_MS, 100));
        assertThat(committed()).isZero();

        queue.ack(new Batch.Key(0, POPPED_MS), 0);
        assertThat(committed()).isEqualTo(2);
        assertThat(queue.isDone(behind)).isFalse();
    }

    @Test
    void tellsClaimantsThatTheirTimeIsUpAndOthersThatTheQueueIsTheirs() {
        Waiting first = new Waiting(100);
        Waiting second = new Waiting(200);
        assertThat(queue.claim(new Waiting(0))).isTrue();
        assertThat(queue.claim(first)).isFalse();
        assertThat(queue.claim(second)).isFalse();

        Look look = new Look(POPPED_MS, 0);
        look.nowNanos = 150;
        assertThat(queue.advance(look)).isEqualTo(1);
        assertThat(look.over).containsExactly(first);
        queue.release();

        assertThat(second.inherited).isEqualTo(1);
        assertThat(first.inherited).isZero();
        queue.release();
        assertThat(queue.claim(first)).isTrue();
    }

    @Test
    void knowsWhereAnOperatorMovedTheGroupBeforeAnybodyPopsThere() {
        popped(0, 5);
        assertThat(queue.lastPlace()).isEqualTo(5);

        offsets.reset("G", "T", 0, 2);
        assertThat(queue.lastPlace()).isEqualTo(2);
        assertThat(queue.place()).isEqualTo(2);
    }

    @Test
    void beginsAnewWhenTheTopicIsAnotherOneOfTheSameName() {
        popped(0, 5);
        offsets.removeTopic("T");

        assertThat(queue.lastPlace()).isZero();
        assertThat(queue.place()).isEqualTo(Offsets.NONE);
    }

    /** Somebody who waits for a claim. */
    private static final class Waiting implements PopQueue.Claimant {

        private final long deadlineNanos;
        int inherited;

        Waiting(long deadlineNanos) {
            this.deadlineNanos = deadlineNanos;
        }

        @Override
        public long deadlineNanos() {
            return deadlineNanos;
        }

        @Override
        public void inherit() {
            inherited++;
        }

        @Override
        public void giveUp() {
            throw new IllegalStateException("a queue only names who is to give up");
        }
    }

    /** A moment, and what is to be done in it. */
    private static final class Look implements PopQueue.Due {

        static final long STAY_MS = 10_000;

        final long nowMs;
        final long onDisk;
        long nowNanos;
        final List<Batch> noted = new ArrayList<>();
        final List<Batch> revived = new ArrayList<>();
        final List<PopQueue.Claimant> over = new ArrayList<>();

        Look(long nowMs, long onDisk) {
            this.nowMs = nowMs;
            this.onDisk = onDisk;
        }

        @Override
        public long nowMs() {
            return nowMs;
        }

        @Override
        public long stayMs() {
            return STAY_MS;
        }

        @Override
        public long onDisk() {
            return onDisk;
        }

        @Override
        public boolean isOver(long deadlineNanos) {
            return deadlineNanos <= nowNanos;
        }

        @Override
        public void next(long timeMs) {
            assertThat(timeMs).isNotNegative();
        }

        @Override
        public void note(PopQueue queue, Batch batch) {
            noted.add(batch);
        }

        @Override
        public void revive(PopQueue queue, Batch batch) {
            revived.add(batch);
        }

        @Override
        public void giveUp(PopQueue.Claimant claimant) {
            over.add(claimant);
        }
    }
}
