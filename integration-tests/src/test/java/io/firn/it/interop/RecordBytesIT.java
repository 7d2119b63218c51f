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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same messages sent by the same client to both systems lie in both commit logs as the same bytes, but for host, time
 * and position. Properties are compared as a set of byte strings: their order is a hash table's in Apache RocketMQ and
 * means nothing in the format.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RecordBytesIT {

    private List<StoredRecord> theirs = List.of();
    private List<StoredRecord> ours = List.of();

    /** One broker of each kind for all clients, each client with its own topic. */
    @BeforeAll
    void send(@TempDir Path directory) {
        BrokerSpec theirSpec = BrokerSpec.in(directory.resolve("apache"));
        BrokerSpec ourSpec = BrokerSpec.in(directory.resolve("ours"));
        try (Sut their = Sut.start(Sut.Kind.APACHE, theirSpec);
                Sut our = Sut.start(ourSpec)) {
            for (StockClient client : StockClient.values()) {
                RawClient.createTopic(their, topic(client), 2);
                RawClient.createTopic(our, topic(client), 2);
                try (Driver driver = client.start(our.nameServer(), directory)) {
                    driver.call("producer", "name", "their", "nameServer", their.nameServer());
                    new Sender(driver, "their", topic(client)).sendAll();
                    driver.call("producer", "name", "our");
                    new Sender(driver, "our", topic(client)).sendAll();
                }
            }
            assertThat(their.stop()).as(their.report()).isIn(0, 143);
            assertThat(our.stop()).as(our.report()).isIn(0, 143);
        }
        theirs = new StoredLog(theirSpec.store().resolve("commitlog")).records();
        ours = new StoredLog(ourSpec.store().resolve("commitlog")).records();
    }

    private static String topic(StockClient client) {
        return "SameBytes_" + client;
    }

    private static List<StoredRecord> of(String topic, List<StoredRecord> records) {
        return records.stream().filter(stored -> stored.topic().equals(topic)).toList();
    }

    @ParameterizedTest
    @EnumSource(StockClient.class)
    void recordsAreTheSame(StockClient client) {
        List<StoredRecord> theirs = of(topic(client), this.theirs);
        List<StoredRecord> ours = of(topic(client), this.ours);

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

    /** Sends the same every time. */
    private record Sender(Driver driver, String producer, String topic) {

        void sendAll() {
            send("sync", 4, "tags", "a,b", "keys", "k# l#", "props", "UNIQ_KEY=ID-A-#,colour=blue,size=7");
            send("sync", 2, "first", 4, "props", "UNIQ_KEY=ID-B-#", "flag", 42);
            send("sync", 2, "first", 6, "props", "UNIQ_KEY=ID-C-#", "size", 9_000);
            send("oneway", 1, "first", 8, "props", "UNIQ_KEY=ID-D-#", "tags", "ümlaut");
            send("async", 1, "first", 9, "props", "UNIQ_KEY=ID-E-#,CLUSTER=mine,TRACE_ON=false");
            send("batch", 8, "first", 10, "props", "UNIQ_KEY=ID-F-#", "tags", "x,y", "keys", "b#");
        }

        private void send(String mode, int count, Object... more) {
            List<Object> all = new ArrayList<>(List.of("producer", producer, "topic", topic, "prefix", "m"));
            all.addAll(List.of("mode", mode, "count", count, "queue", 1));
            all.addAll(List.of(more));
            driver.call("send", all.toArray());
        }
    }
}
