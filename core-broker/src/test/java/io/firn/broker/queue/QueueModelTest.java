package io.firn.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.queue.KeyIndex.KeyType;
import io.firn.broker.queue.KeyIndex.Range;
import io.firn.broker.record.RecordView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random appends, reads, expiry, evictions, stops and crashes, against lists in memory. */
final class QueueModelTest {

    private static final int STEPS = 400;
    private static final String[] SETTINGS = {"firn.queue.maxMappedFiles=8", "maxIndexNum=200"};

    @TempDir
    Path root;

    private final long seed = Long.getLong("firn.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<String, List<Stored>> model = new HashMap<>();
    private int runs;
    private int messages;

    /** What the model knows of a message. */
    private record Stored(String body, long position, long timeMs) {}

    @Test
    void agreesWithListsInMemory() throws IOException {
        System.err.println("seed " + seed);
        Path home = root.resolve("run0");
        Store store = Store.open(home, SETTINGS);
        try {
            for (int step = 0; step < STEPS; step++) {
                int dice = random.nextInt(100);
                if (dice < 50) {
                    appendSome(store);
                } else if (dice < 85) {
                    checkOne(store);
                } else if (dice < 90) {
                    store.forcer.forceNow();
                } else if (dice < 93) {
                    expire(store);
                } else if (dice < 95) {
                    assertThat(store.queues.closeIdle()).isNotNegative();
                } else if (dice < 97) {
                    store.close();
                    store = Store.open(home, store.clock, SETTINGS);
                    checkAll(store);
                } else {
                    Path next = Store.crashCopy(home, root.resolve("run" + ++runs));
                    store.close();
                    home = next;
                    store = Store.open(home, store.clock, SETTINGS);
                    checkAll(store);
                }
                assertThat(store.queues.mappedFiles()).isLessThanOrEqualTo(8);
            }
            checkAll(store);
            assertThat(store.faults).isEmpty();
        } finally {
            store.close();
        }
    }

    private void appendSome(Store store) {
        int count = 1 + random.nextInt(20);
        for (int i = 0; i < count; i++) {
            String topic = "T" + random.nextInt(4);
            int queueId = random.nextInt(3);
            String body = messages + "x".repeat(random.nextInt(400));
            store.clock.advance(Duration.ofMillis(random.nextInt(3)));
            long position =
                    store.append(Message.of(topic, queueId, body, "UNIQ_KEY=u" + messages, "KEYS=k" + messages % 7));
            model.computeIfAbsent(topic + "-" + queueId, key -> new ArrayList<>())
                    .add(new Stored(body, position, store.clock.millis()));
            messages++;
        }
        store.dispatch();
    }

    private void expire(Store store) {
        store.awaitFlushed();
        if (store.log.segments().size() > 3 && store.log.dropOldest()) {
            assertThat(store.queues.deleteBelow(store.log.minPosition())).isNotNegative();
            assertThat(store.index.deleteBelow(store.log.minPosition())).isNotNegative();
        }
    }

    private void checkAll(Store store) {
        for (int topic = 0; topic < 4; topic++) {
            for (int queueId = 0; queueId < 3; queueId++) {
                check(store, "T" + topic, queueId);
            }
        }
    }

    private void checkOne(Store store) {
        check(store, "T" + random.nextInt(4), random.nextInt(3));
    }

    private void check(Store store, String topic, int queueId) {
        List<Stored> expected = model.getOrDefault(topic + "-" + queueId, List.of());
        int min = 0;
        while (min < expected.size() && expected.get(min).position < store.log.minPosition()) {
            min++;
        }
        String queue = "seed " + seed + " " + topic + "-" + queueId;
        assertThat(store.reader.local().maxOffset(topic, queueId)).as(queue).isEqualTo(expected.size());
        assertThat(store.reader.local().minOffset(topic, queueId)).as(queue).isEqualTo(min);
        assertThat(store.queues.tail(topic, queueId).next()).as(queue).isEqualTo(expected.size());
        if (min == expected.size()) {
            return;
        }
        int from = min + random.nextInt(expected.size() - min);
        int count = 1 + random.nextInt(40);
        ReadOutcome outcome = store.read(topic, queueId, from, count);
        List<RecordView> records = Store.records(outcome);
        assertThat(records).as(queue).hasSize(Math.min(count, expected.size() - from));
        for (int i = 0; i < records.size(); i++) {
            assertThat(records.get(i).queueOffset()).as(queue).isEqualTo(from + i);
            assertThat(Store.body(records.get(i))).as(queue).isEqualTo(expected.get(from + i).body);
        }
        checkTimeAndKey(store, topic, queueId, expected.get(from), from);
    }

    private void checkTimeAndKey(Store store, String topic, int queueId, Stored stored, int offset) {
        String id = "u" + stored.body.replaceAll("x.*", "");
        assertThat(store.index
                        .query(topic, id, KeyType.UNIQUE, new Range(0, Long.MAX_VALUE), 100)
                        .positions())
                .as("seed %d key %s", seed, id)
                .contains(stored.position);
        assertThat(store.reader.local().offsetByTime(topic, queueId, stored.timeMs, Boundary.LOWER))
                .isLessThanOrEqualTo(offset);
        assertThat(store.reader.local().offsetByTime(topic, queueId, stored.timeMs, Boundary.UPPER))
                .isGreaterThanOrEqualTo(offset);
        assertThat(store.reader.local().storeTimeAt(topic, queueId, offset)).isEqualTo(stored.timeMs);
    }
}
