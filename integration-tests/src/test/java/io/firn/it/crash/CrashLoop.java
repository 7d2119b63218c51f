package io.firn.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.driver.Payload;
import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.Driver;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.Seed;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.StoredLog;
import io.firn.it.harness.StoredRecord;
import io.firn.it.harness.Sut;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** Load, kill, maybe damage, restart, read back, again; at the end a clean stop and a look at the files. */
final class CrashLoop {

    private static final String TOPIC = "Crash";
    private static final int QUEUES = 4;
    private static final int SEGMENT_BYTES = 2 << 20;
    private static final int INDEX_SLOTS = 2_000;
    private static final int INDEX_ENTRIES = 8_000;
    private static final int KEYS_TRIED = 5;

    private final Plan plan;
    private final Seed seed;
    private final Random random;
    private final Path directory;
    private final Ledger ledger = new Ledger(TOPIC, QUEUES);
    private int round;

    /** One way to crash. Without debris the load goes on through the crash. */
    record Plan(String flushDiskType, StockClient client, int batch, int kills, PowerCut.@Nullable Debris debris) {}

    CrashLoop(Plan plan, Seed seed, Path directory) {
        this.plan = plan;
        this.seed = seed;
        this.random = seed.random();
        this.directory = directory;
    }

    /** Tells what was done, in words. */
    String run() throws IOException {
        long startNanos = System.nanoTime();
        BrokerSpec spec = BrokerSpec.in(directory)
                .with("mappedFileSizeCommitLog", String.valueOf(SEGMENT_BYTES))
                .with("maxHashSlotNum", String.valueOf(INDEX_SLOTS))
                .with("maxIndexNum", String.valueOf(INDEX_ENTRIES))
                .with("flushDiskType", plan.flushDiskType());
        try (Sut sut = Sut.start(spec);
                Driver load = plan.client().start(sut.nameServer(), directory);
                Driver reader = StockClient.V5_JSON.start(sut.nameServer(), directory)) {
            RawClient.createTopic(sut, TOPIC, QUEUES);
            load.call("producer", "name", "p", "retries", 0, "timeout", 20_000);
            startLoad(load);
            for (round = 1; round <= plan.kills(); round++) {
                awaitAcks(sut, load, 50 + random.nextInt(600));
                sut.kill();
                if (plan.debris() != null) {
                    load.call("unload");
                    ledger.acknowledge(load.takeEvents("ack"));
                    new PowerCut(sut.store(), INDEX_SLOTS, plan.debris(), random).strike(ledger.highestPosition());
                }
                sut.start();
                if (plan.debris() == null) {
                    // it went on through the crash; what is read back must have an end
                    load.call("unload");
                }
                ledger.acknowledge(load.takeEvents("ack"));
                readBack(sut, reader);
                startLoad(load);
            }
            load.call("unload");
            ledger.acknowledge(load.takeEvents("ack"));
            readBack(sut, reader);
            assertThat(sut.stop()).as(context(sut)).isIn(0, 143);
            if (Sut.Kind.chosen() == Sut.Kind.FIRN) {
                inspectFiles(sut);
            }
        }
        long seconds = Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
        return plan.kills() + " kills in " + seconds + " s, " + ledger.acknowledgedCount()
                + " messages acknowledged and read back: " + plan;
    }

    private void startLoad(Driver load) {
        load.call(
                "load",
                "producer",
                "p",
                "topic",
                TOPIC,
                "prefix",
                TOPIC,
                "threads",
                4,
                "size",
                200 + random.nextInt(800),
                "batch",
                plan.batch(),
                "tags",
                "a,b",
                "keys",
                TOPIC + "-#");
    }

    private void awaitAcks(Sut sut, Driver load, int more) {
        int target = ledger.acknowledgedCount() + more;
        try {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> {
                        ledger.acknowledge(load.takeEvents("ack"));
                        return ledger.acknowledgedCount() >= target;
                    });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("too few of " + more + " acknowledgements" + context(sut) + load.report(), e);
        }
        LockSupport.parkNanos(random.nextInt(20_000_000));
    }

    private void readBack(Sut sut, Driver reader) {
        List<Line> messages = reader.rows("drain", "topic", TOPIC, "from", ledger.rewind());
        ledger.read(messages, context(sut));
        findByKey(sut, reader, messages);
    }

    // the newest, which the crash was nearest to, and some of all; a batch has one unique key, not one for each message
    private void findByKey(Sut sut, Driver reader, List<Line> messages) {
        for (int i = 0; i < Math.min(KEYS_TRIED, messages.size()); i++) {
            Line wanted = messages.get(i == 0 ? messages.size() - 1 : random.nextInt(messages.size()));
            Awaitility.await("a message by its key" + context(sut))
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(20))
                    .untilAsserted(
                            () -> assertThat(reader.rows("query", "topic", TOPIC, "key", wanted.get("id"), "max", 64))
                                    .as(wanted + context(sut))
                                    .extracting(found -> found.get("id"))
                                    .containsExactly(wanted.get("id")));
        }
    }

    // the log read without the broker: whole records only, zeros behind them, dense offsets in order of position
    private void inspectFiles(Sut sut) {
        long[] next = new long[QUEUES];
        for (StoredRecord stored : new StoredLog(sut.commitLog()).records()) {
            if (stored.topic().equals(TOPIC)) {
                assertThat(Payload.isIntact(stored.body()))
                        .as("body at " + stored.position())
                        .isTrue();
                assertThat(stored.queueOffset())
                        .as("queue offset at " + stored.position() + context(sut))
                        .isEqualTo(next[stored.queueId()]++);
            }
        }
    }

    private String context(Sut sut) {
        return " [kill " + round + " of " + plan + ", " + seed + "]" + sut.report();
    }
}
