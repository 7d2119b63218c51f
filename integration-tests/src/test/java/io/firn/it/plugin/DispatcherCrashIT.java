package io.firn.it.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.it.driver.Line;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dispatcher in a jar has seen every acknowledged message, however often its broker is killed under load. */
final class DispatcherCrashIT {

    private static final String TOPIC = "Seen";
    private static final int KILLS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Positions of acknowledged messages. */
    private final TreeSet<Long> acknowledged = new TreeSet<>();

    @ParameterizedTest
    @ValueSource(strings = {"ASYNC_FLUSH", "SYNC_FLUSH"})
    void seesEveryAcknowledgedMessageInOrderFromItsDurablePosition(
            String flush, @TempDir Path directory, TestReporter reporter) throws IOException {
        Seed seed = Seed.choose();
        reporter.publishEntry(seed.toString());
        Random random = seed.random();
        Path jars = directory.resolve("plugins");
        SeeingJar.into(jars, TOPIC);
        BrokerSpec spec = BrokerSpec.in(directory)
                .with("firn.plugins.dir", jars.toString())
                .with("firn.plugins.required", SeeingJar.ID)
                .with("mappedFileSizeCommitLog", String.valueOf(2 << 20))
                .with("flushDiskType", flush);
        try (Sut sut = Sut.start(Sut.Kind.FIRN, spec);
                Driver load = StockClient.V5_JSON.start(sut.nameServer(), directory)) {
            RawClient.createTopic(sut, TOPIC, 4);
            load.call("producer", "name", "p", "retries", 0, "timeout", 20_000);
            for (int kill = 0; kill < KILLS; kill++) {
                startLoad(load, random);
                awaitAcks(load, 100 + random.nextInt(400), random);
                sut.kill();
                sut.start();
                load.call("unload");
                takeAcks(load);
            }
            String context = " [" + flush + ", " + seed + "]" + sut.report();
            Path file = spec.store().resolve("plugins").resolve(SeeingJar.ID).resolve("seen");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(Seen.read(file, context).highest())
                            .as("the dispatcher catches up" + context)
                            .isGreaterThan(acknowledged.last()));
            assertThat(sut.stop()).as(context).isIn(0, 143);
            Seen seen = Seen.read(file, context);
            assertThat(seen.runs()).isEqualTo(KILLS + 1);
            assertThat(missing(acknowledged, seen))
                    .as("acknowledged and not seen" + context)
                    .isEmpty();
            assertThat(missing(stored(sut), seen))
                    .as("in the log and not seen" + context)
                    .isEmpty();
        }
    }

    private static List<Long> missing(Set<Long> wanted, Seen seen) {
        return wanted.stream()
                .filter(each -> !seen.messages().contains(each))
                .limit(20)
                .toList();
    }

    private static Set<Long> stored(Sut sut) {
        Set<Long> positions = new TreeSet<>();
        for (StoredRecord record : new StoredLog(sut.commitLog()).records()) {
            if (record.topic().equals(TOPIC)) {
                positions.add(record.position());
            }
        }
        return positions;
    }

    private void startLoad(Driver load, Random random) {
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
                1,
                "tags",
                "a,b");
    }

    private void awaitAcks(Driver load, int more, Random random) {
        int target = acknowledged.size() + more;
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> {
            takeAcks(load);
            return acknowledged.size() >= target;
        });
        LockSupport.parkNanos(random.nextInt(1_500_000_000));
    }

    private void takeAcks(Driver load) {
        for (Line ack : load.takeEvents("ack")) {
            String id = ack.get("offsetMsgId");
            acknowledged.add(Long.parseUnsignedLong(id.substring(id.length() - 16), 16));
        }
    }
}
