package io.firn.tiered.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.cold.Coverage;
import io.firn.spi.topic.QueueRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class QueueMapTest {
    private static final QueueRef QUEUE = new QueueRef("t", 0);
    private static final long SLICE = 1 << 20;

    /** Runs of 10 messages in every third slice, with 5 offsets left out behind each. */
    private static QueueMap map(long budget, int slices) {
        QueueMap map = new QueueMap(budget);
        for (int i = 0; i < slices; i++) {
            int slice = map.begin(i * SLICE);
            if (i % 3 == 0) {
                map.add(QUEUE, i / 3 * 15L, i / 3 * 15L + 10, slice);
            }
            map.keepToBudget();
        }
        return map;
    }

    @Test
    void namesTheSliceOfEachOffset() {
        QueueMap map = map(1 << 20, 3000);
        assertThat(map.coverage(QUEUE)).isEqualTo(new Coverage(0, 999 * 15 + 10));
        for (int run = 0; run < 999; run++) {
            for (long offset = run * 15L; offset < run * 15L + 15; offset++) {
                QueueMap.Place place = map.find(QUEUE, offset);
                assertThat(place.bases()).containsExactly(run * 3 * SLICE);
                assertThat(place.nextOffset()).isEqualTo((run + 1) * 15L);
            }
        }
        assertThat(map.find(new QueueRef("t", 1), 0)).isNull();
        assertThat(map.coverage(new QueueRef("t", 1))).isEqualTo(Coverage.NONE);
    }

    @Test
    void namesASpanThatHoldsTheSliceWhenMemoryIsShort() {
        QueueMap map = map(24_000 + 500, 3000);
        assertThat(map.bytes()).isLessThan(34_000);
        for (int run = 0; run < 1000; run++) {
            QueueMap.Place place = map.find(QUEUE, run * 15L + 7);
            assertThat(place.bases()).contains(run * 3 * SLICE);
            assertThat(place.nextOffset()).isGreaterThan(run * 15L + 7);
        }
    }

    @Test
    void doesNotServeOffsetsThatFallBack() {
        QueueMap map = map(1 << 20, 10);
        Coverage before = map.coverage(QUEUE);
        map.add(QUEUE, 0, 10, map.begin(10 * SLICE));
        assertThat(map.coverage(QUEUE)).isEqualTo(before);
    }

    @Test
    void findsAnOffsetNearAPositionOfTheLog() {
        QueueMap map = map(1 << 20, 3000);
        assertThat(map.offsetFrom(QUEUE, 300 * SLICE)).isEqualTo(100 * 15);
        assertThat(map.offsetFrom(QUEUE, 301 * SLICE)).isBetween(100L * 15, 101L * 15);
        assertThat(map.offsetFrom(QUEUE, 2999 * SLICE))
                .isEqualTo(map.coverage(QUEUE).max());
    }

    @Test
    void isTheSameAfterWritingAndReading() throws IOException {
        QueueMap map = map(24_000, 3000);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        map.write(new DataOutputStream(bytes));
        QueueMap read = QueueMap.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), 24_000);
        assertThat(read.coverage(QUEUE)).isEqualTo(map.coverage(QUEUE));
        for (long offset = 0; offset < map.coverage(QUEUE).max(); offset += 101) {
            QueueMap.Place expected = map.find(QUEUE, offset);
            QueueMap.Place found = read.find(QUEUE, offset);
            assertThat(found.bases()).isEqualTo(expected.bases());
            assertThat(found.nextOffset()).isEqualTo(expected.nextOffset());
        }
        int next = read.begin(3000 * SLICE);
        assertThat(next).isEqualTo(3000);
        read.add(QUEUE, 20_000, 20_010, next);
        assertThat(read.find(QUEUE, 20_005).bases()).containsExactly(3000 * SLICE);
    }

    /** 20,000 queues with a run in each of the first slices; the budget holds whatever comes. */
    @Test
    void keepsManyQueuesAndSlicesWithinItsBudget() {
        long budget = 8 << 20;
        QueueMap map = new QueueMap(budget);
        List<QueueRef> queues = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            queues.add(new QueueRef("topic-" + i / 8, i % 8));
        }
        Random random = new Random(7);
        long[] next = new long[queues.size()];
        for (int slice = 0; slice < 100; slice++) {
            int number = map.begin(slice * SLICE);
            for (int q = 0; q < next.length; q++) {
                long first = next[q];
                next[q] += 1 + random.nextInt(1000);
                map.add(queues.get(q), first, next[q], number);
            }
            map.keepToBudget();
            assertThat(map.bytes()).isLessThanOrEqualTo(budget * 5 / 4);
        }
        for (int q = 0; q < next.length; q += 97) {
            assertThat(map.coverage(queues.get(q))).isEqualTo(new Coverage(0, next[q]));
            assertThat(map.find(queues.get(q), next[q] / 2).bases()).isNotEmpty();
        }
    }
}
