package io.firn.it.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.Driver;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.StoredLog;
import io.firn.it.harness.StoredRecord;
import io.firn.it.harness.Sut;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same messages sent by the same client to both systems lie in both commit logs as the same bytes, but for host, time
 * and position. Properties are compared as a set of byte strings: their order is a hash table's in Apache RocketMQ and
 * means nothing in the format.
 */
final class RecordBytesIT {

    private static final String TOPIC = "SameBytes";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(StockClient.class)
    void recordsAreTheSame(StockClient client) {
        List<StoredRecord> theirs = store(Sut.Kind.APACHE, client, directory.resolve("apache"));
        List<StoredRecord> ours = store(Sut.Kind.chosen(), client, directory.resolve("ours"));

        assertThat(ours).hasSameSizeAs(theirs).hasSize(18);
        for (int i = 0; i < ours.size(); i++) {
            StoredRecord our = ours.get(i);
            StoredRecord their = theirs.get(i);
            assertThat(our.properties()).as("properties of record " + i).isEqualTo(their.properties());
            assertThat(pairs(our)).as("property bytes of record " + i).isEqualTo(pairs(their));
            assertThat(our.masked())
                    .as("fixed part, body, topic of record " + i)
                    .isEqualTo(their.masked());
            assertThat(our.size()).as("size of record " + i).isEqualTo(their.size());
        }
    }

    private static List<String> pairs(StoredRecord stored) {
        return Arrays.stream(stored.propertyText().split("\2", -1)).sorted().toList();
    }

    private static List<StoredRecord> store(Sut.Kind kind, StockClient client, Path directory) {
        BrokerSpec spec = BrokerSpec.in(directory);
        try (Sut sut = Sut.start(kind, spec);
                Driver driver = client.start(sut.nameServer(), directory)) {
            RawClient.createTopic(sut, TOPIC, 2);
            driver.call("producer", "name", "p");
            send(driver, "sync", 4, "tags", "a,b", "keys", "k# l#", "props", "UNIQ_KEY=ID-A-#,colour=blue,size=7");
            send(driver, "sync", 2, "first", 4, "props", "UNIQ_KEY=ID-B-#", "flag", 42);
            send(driver, "sync", 2, "first", 6, "props", "UNIQ_KEY=ID-C-#", "size", 9_000);
            send(driver, "oneway", 1, "first", 8, "props", "UNIQ_KEY=ID-D-#", "tags", "ümlaut");
            send(driver, "async", 1, "first", 9, "props", "UNIQ_KEY=ID-E-#,CLUSTER=mine,TRACE_ON=false");
            send(driver, "batch", 8, "first", 10, "props", "UNIQ_KEY=ID-F-#", "tags", "x,y", "keys", "b#");
            assertThat(sut.stop()).as(sut.report()).isIn(0, 143);
        }
        return new StoredLog(spec.store().resolve("commitlog"))
                .records().stream()
                        .filter(stored -> stored.topic().equals(TOPIC))
                        .toList();
    }

    private static void send(Driver driver, String mode, int count, Object... more) {
        java.util.ArrayList<Object> all = new java.util.ArrayList<>(
                List.of("producer", "p", "topic", TOPIC, "prefix", "m", "mode", mode, "count", count, "queue", 1));
        all.addAll(List.of(more));
        driver.call("send", all.toArray());
    }
}
