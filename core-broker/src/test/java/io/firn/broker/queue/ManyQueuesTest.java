package io.firn.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.record.RecordView;
import io.firn.broker.runtime.AgentThread;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Far more queues than mappings. */
final class ManyQueuesTest {

    @TempDir
    Path root;

    @Test
    void servesTwentyThousandQueuesWithSixtyFourMappings() {
        int topics = 200;
        int queues = 100;
        String[] settings = {"firn.queue.maxMappedFiles=64", "messageIndexEnable=false", "mappedFileSizeCommitLog=8MiB"
        };
        try (Store store = Store.open(root, settings)) {
            for (int topic = 0; topic < topics; topic++) {
                for (int queue = 0; queue < queues; queue++) {
                    store.append(Message.of("T" + topic, queue, topic + "-" + queue));
                }
                store.dispatch();
                assertThat(store.queues.mappedFiles()).isLessThanOrEqualTo(64);
            }
        }
        try (Store store = Store.open(root, settings)) {
            assertThat(store.queues.mappedFiles()).isZero();
            for (int topic = 0; topic < topics; topic++) {
                for (int queue = 0; queue < queues; queue++) {
                    assertThat(store.queues.tail("T" + topic, queue).next()).isEqualTo(1);
                }
                int queue = topic % queues;
                assertThat(store.bodies("T" + topic, queue, 0)).containsExactly(topic + "-" + queue);
            }
            assertThat(store.queues.mappedFiles()).isLessThanOrEqualTo(64);
            assertThat(store.queues.closeIdle() + store.queues.closeIdle()).isBetween(1, 64);
            assertThat(store.queues.mappedFiles()).isZero();
        }
    }

    @Test
    void readsWhileFilesAreWrittenAndUnmapped() throws Exception {
        int queues = 40;
        int messages = 400;
        AtomicBoolean stop = new AtomicBoolean();
        String[] settings = {
            "firn.queue.maxMappedFiles=8", "mappedFileSizeCommitLog=8MiB", "mappedFileSizeConsumeQueue=2000"
        };
        try (Store store = Store.open(root, settings)) {
            AgentThread thread = store.dispatcher.start((component, e) -> store.faults.add(e));
            store.log.onAppend(thread::wake);
            ExecutorService readers = Executors.newFixedThreadPool(4);
            try {
                List<Future<Long>> results = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    results.add(readers.submit(() -> readUntil(store, queues, stop)));
                }
                for (int i = 0; i < messages; i++) {
                    for (int queue = 0; queue < queues; queue++) {
                        store.append(Message.of("T", queue, Integer.toString(i)));
                    }
                    if (i % 100 == 0) {
                        store.forcer.forceNow();
                        assertThat(store.queues.closeIdle()).isNotNegative();
                    }
                }
                org.awaitility.Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> store.dispatcher.dispatched().get()
                                == store.log.appended().get());
                stop.set(true);
                for (Future<Long> result : results) {
                    assertThat(result.get(30, TimeUnit.SECONDS)).isPositive();
                }
            } finally {
                stop.set(true);
                readers.shutdown();
                assertThat(readers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
                thread.close();
            }
            for (int queue = 0; queue < queues; queue++) {
                assertThat(store.bodies("T", queue, 0)).hasSize(messages);
            }
            assertThat(store.faults).isEmpty();
        }
    }

    private static long readUntil(Store store, int queues, AtomicBoolean stop) {
        long seen = 0;
        while (!stop.get()) {
            int queue = ThreadLocalRandom.current().nextInt(queues);
            long max = store.reader.local().maxOffset("T", queue);
            long offset = max == 0 ? 0 : ThreadLocalRandom.current().nextLong(max);
            long expected = offset;
            for (RecordView record : Store.records(store.read("T", queue, offset, 50))) {
                assertThat(record.queueOffset()).isEqualTo(expected);
                assertThat(Store.body(record)).isEqualTo(Long.toString(expected));
                expected++;
            }
            assertThat(expected).isGreaterThanOrEqualTo(Math.min(max, offset + 50));
            seen += expected - offset;
        }
        return seen;
    }
}
