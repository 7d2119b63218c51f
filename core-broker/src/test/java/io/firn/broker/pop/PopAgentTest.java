package io.firn.broker.pop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.record.PropertyBytes;
import io.firn.broker.record.RecordLayout;
import io.firn.broker.record.TestMessage;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.topic.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done with popped batches, over a real store. */
final class PopAgentTest {

    private static final String RETRY = "%RETRY%G_T";
    private static final long INVISIBLE_MS = 600_000;
    private static final Duration STAY = Duration.ofSeconds(10);
    private static final Duration A_SECOND = Duration.ofSeconds(1);

    @TempDir
    private Path root;

    private PopStore store;

    @BeforeEach
    void open() {
        store = new PopStore(root);
    }

    @AfterEach
    void close() {
        store.close();
        assertThat(store.faults).isEmpty();
    }

    @Test
    void revivesWhatWasDueWhileTheHousekeeperWasFull() throws InterruptedException {
        store.send("again");
        Batch batch = store.popped(0, 1, 1_000);
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch here = new CountDownLatch(1);
        store.housekeeper.execute(() -> {
            here.countDown();
            hold(held);
        });
        here.await();
        fillHousekeeper();
        store.clock.advance(A_SECOND);
        store.look();
        assertThat(store.topics.find(RETRY)).isNull();
        held.countDown();

        Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            store.clock.advance(A_SECOND);
            store.look();
            assertThat(store.end(RETRY)).isEqualTo(1);
        });
        store.awaitFlushed();
        store.clock.advance(A_SECOND);
        store.look();
        assertThat(store.queue().isDone(batch)).isTrue();
    }

    private static void hold(CountDownLatch held) {
        try {
            held.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fillHousekeeper() {
        assertThatThrownBy(() -> {
                    for (int i = 0; i <= 2 * PopStore.HOUSEKEEPER_TASKS; i++) {
                        store.housekeeper.execute(() -> {});
                    }
                })
                .isInstanceOf(BusyException.class);
    }

    @Test
    void revivesTheOthersWhenOneRevivalBreaks() {
        store.send("first");
        store.send("second");
        store.topics.ensure(Topic.of(RETRY, 1, Topic.READ | Topic.WRITE)).join();
        store.popped(0, 1, 1_000);
        store.popped(1, 1, 1_000);
        store.refusal = new IllegalStateException("a bug");
        store.clock.advance(A_SECOND);
        assertThatThrownBy(store::look).hasMessage("a bug");
        store.refusal = null;

        store.look();
        assertThat(store.end(RETRY)).isEqualTo(1);
        store.clock.advance(Duration.ofSeconds(5));
        store.look();
        assertThat(store.end(RETRY)).isEqualTo(2);
    }

    @Test
    void aMessageFullOfPropertiesComesAgainToo() {
        byte[] properties = new byte[RecordLayout.MAX_PROPERTIES];
        Arrays.fill(properties, (byte) 'v');
        properties[1] = PropertyBytes.VALUE_START;
        properties[properties.length - 1] = PropertyBytes.PAIR_END;
        store.store(TestMessage.of("T", 0, "full").withProperties(properties)).join();
        store.topics.ensure(Topic.of(RETRY, 1, Topic.READ | Topic.WRITE)).join();
        store.popped(0, 1, 1_000);
        store.clock.advance(A_SECOND);
        store.look();

        assertThat(store.end(RETRY)).isEqualTo(1);
    }

    @Test
    void writesAcknowledgementsOfANotedBatchOncePerLookAndWhoeverComesNextKnowsThem() {
        for (int i = 0; i < 3; i++) {
            store.send("m" + i);
        }
        Batch batch = store.popped(0, 3, INVISIBLE_MS);
        store.clock.advance(STAY);
        store.look();
        assertThat(store.end(PopStore.REVIVE_LOG)).isEqualTo(1);

        store.queue().ack(batch.key, 0);
        store.queue().ack(batch.key, 2);
        store.clock.advance(A_SECOND);
        store.look();
        assertThat(store.end(PopStore.REVIVE_LOG)).isEqualTo(2);
        store.clock.advance(A_SECOND);
        store.look();
        assertThat(store.end(PopStore.REVIVE_LOG)).isEqualTo(2);

        PopTable next = new PopTable(store.groups.offsets());
        ReviveLog read = store.freshLog(next);
        assertThat(read.follow()).isEqualTo(2);
        PopQueue queue = next.queue("G", "T", 0);
        assertThat(queue.look(batch.key, 1)).isEqualTo(PopQueue.Met.TAKEN);
        assertThat(queue.look(batch.key, 0)).isEqualTo(PopQueue.Met.UNKNOWN);
        assertThat(queue.look(batch.key, 2)).isEqualTo(PopQueue.Met.UNKNOWN);
        read.complete();
        assertThat(store.end(PopStore.REVIVE_LOG)).isEqualTo(2);
    }

    @Test
    void tellsOfNotesThatNobodyHereWrote() {
        store.send("a");
        store.popped(0, 1, INVISIBLE_MS);
        store.clock.advance(STAY);
        ReviveLog other = store.freshLog(new PopTable(store.groups.offsets()));
        assertThat(other.hasUnseen()).isFalse();
        store.look();

        assertThat(other.hasUnseen()).isTrue();
        assertThat(other.follow()).isEqualTo(1);
        assertThat(other.hasUnseen()).isFalse();
    }

    @Test
    void writesTheLastAcknowledgementOfANotedBatchToo() {
        store.send("a");
        Batch batch = store.popped(0, 1, INVISIBLE_MS);
        store.clock.advance(STAY);
        store.look();
        PopTable next = new PopTable(store.groups.offsets());
        ReviveLog read = store.freshLog(next);
        store.queue().ack(batch.key, 0);
        store.clock.advance(A_SECOND);
        store.look();

        assertThat(read.follow()).isEqualTo(2);
        assertThat(next.unfinished()).isZero();
        assertThat(store.reviveLog.isSettled()).isTrue();
    }

    @Test
    void triesAgainWithTheNextLookWhatTheLogDidNotTake() {
        store.send("a");
        store.send("b");
        Batch batch = store.popped(0, 2, INVISIBLE_MS);
        store.clock.advance(STAY);
        store.look();
        store.queue().ack(batch.key, 0);
        store.refusal = new StorageException("no room");
        store.clock.advance(A_SECOND);
        store.look();
        assertThat(store.end(PopStore.REVIVE_LOG)).isEqualTo(1);
        store.refusal = null;

        store.clock.advance(A_SECOND);
        store.look();
        assertThat(store.end(PopStore.REVIVE_LOG)).isEqualTo(2);
    }

    @Test
    void theLineStaysShortWhileNotesCanNotBeWritten() {
        store.refusal = new StorageException("no room");
        Batch stuck = store.popped(0, 1, INVISIBLE_MS);
        for (int i = 1; i <= 1_000; i++) {
            Batch batch = store.popped(i, 1, INVISIBLE_MS);
            store.queue().ack(batch.key, i);
        }
        store.clock.advance(STAY);
        store.look();

        assertThat(store.table.behind()).isLessThan(100);
        store.refusal = null;
        store.clock.advance(A_SECOND);
        store.look();
        store.awaitFlushed();
        store.clock.advance(A_SECOND);
        store.look();
        assertThat(store.queue().isDone(stuck)).isFalse();
        assertThat(store.groups.offsets().query("G", "T", 0)).isEqualTo(1_001);
    }
}
