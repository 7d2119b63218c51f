package io.firn.it.compaction;

import static io.firn.it.compaction.CompactedBroker.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.KeyChoice;
import io.firn.it.driver.Line;
import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.Driver;
import io.firn.it.harness.Seed;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.StoredLog;
import io.firn.it.harness.StoredRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Kill -9 while producers write and passes run: no key loses its last acknowledged message, and at the end only old ones are gone. */
final class CompactionCrashIT {

    private static final String TOPIC = "Crash";
    private static final int QUEUES = 2;
    private static final int KEYS = 150;
    private static final int KILLS = 4;

    private final Map<String, Long> acknowledged = new HashMap<>();
    private int acks;

    @Test
    void everyKeyKeepsItsLastMessage(@TempDir Path directory, TestReporter reporter) {
        Seed seed = Seed.choose();
        reporter.publishEntry(seed.toString());
        Random random = seed.random();
        BrokerSpec spec = BrokerSpec.in(directory.resolve("broker")).with("mappedFileSizeCommitLog", "2097152");
        try (CompactedBroker broker = CompactedBroker.start(spec)) {
            broker.createTopic(TOPIC, QUEUES, "+compaction.max.lag.ms=1000");
            Driver load = broker.driver(StockClient.V4_ROCKETMQ);
            load.call("producer", "name", "p", "retries", 0, "timeout", 20_000);
            for (int kill = 1; kill <= KILLS; kill++) {
                startLoad(load);
                awaitAcks(broker, load, 300 + random.nextInt(1_500));
                LockSupport.parkNanos(random.nextInt(50_000_000));
                broker.process().kill();
                broker.process().start();
                load.call("unload");
                acknowledge(load);
                assertNothingAcknowledgedIsLost(broker.drain(TOPIC), " after kill " + kill + " of " + seed);
            }
            broker.compact(TOPIC, QUEUES);
            assertThat(broker.status(TOPIC, 0, "generation")).isPositive();
            assertThat(broker.process().stop()).isIn(0, 143);
            List<Line> log = logged(broker);
            broker.process().start();
            List<Line> left = new LatestOfKeys(log).survivors();
            assertThat(places(broker.drain(TOPIC)))
                    .as("%s, of %d messages", seed, log.size())
                    .isEqualTo(places(left));
            assertThat(left).hasSizeLessThan(log.size() / 2);
            assertThat(broker.desk().run("verify", "topic", TOPIC)).contains("sound");
        }
    }

    private static void startLoad(Driver load) {
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
                300,
                "keys",
                "k#",
                "keyspace",
                KEYS,
                "tombstones",
                13);
    }

    private void awaitAcks(CompactedBroker broker, Driver load, int more) {
        int target = acks + more;
        soon("acknowledgements").until(() -> {
            broker.desk().run("run", "topic", TOPIC);
            acknowledge(load);
            return acks >= target;
        });
    }

    private void acknowledge(Driver load) {
        for (Line ack : load.takeEvents("ack")) {
            int number = Integer.parseInt(ack.get("id").substring(TOPIC.length() + 1));
            String key = "k" + KeyChoice.of(number, KEYS);
            acknowledged.merge(ack.get("queue") + " " + key, ack.number("offset"), Math::max);
            acks++;
        }
    }

    private void assertNothingAcknowledgedIsLost(List<Line> read, String context) {
        Map<String, Long> latest = new HashMap<>();
        for (Line message : read) {
            assertThat(message.get("intact")).as(message + context).isEqualTo("true");
            latest.merge(message.get("queue") + " " + message.get("keys"), message.number("offset"), Math::max);
        }
        acknowledged.forEach((key, offset) ->
                assertThat(latest.getOrDefault(key, -1L)).as(key + context).isGreaterThanOrEqualTo(offset));
    }

    /** All that was ever stored in the topic: the log still has it. */
    private static List<Line> logged(CompactedBroker broker) {
        List<Line> all = new ArrayList<>();
        for (StoredRecord stored : new StoredLog(broker.process().commitLog()).records()) {
            if (stored.topic().equals(TOPIC)) {
                all.add(Line.of(
                        "row",
                        "queue",
                        stored.queueId(),
                        "offset",
                        stored.queueOffset(),
                        "position",
                        stored.position(),
                        "keys",
                        stored.properties().get("KEYS")));
            }
        }
        return all;
    }

    private static List<String> places(List<Line> messages) {
        return messages.stream()
                .sorted(Comparator.comparingLong((Line message) -> message.number("queue"))
                        .thenComparingLong(message -> message.number("offset")))
                .map(message -> message.get("queue") + "/" + message.get("offset") + " at " + message.get("position")
                        + " of " + message.get("keys"))
                .toList();
    }
}
