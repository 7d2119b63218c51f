package io.firn.it.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.harness.Driver;
import io.firn.it.harness.StockClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables in applications on both stock clients, opened while producers write and passes run. */
final class TableViewIT {

    private static final String TOPIC = "Prices";
    private static final int QUEUES = 2;

    @TempDir
    Path directory;

    @Test
    void aTableBuiltWhileWritersRunIsWhatTheQueuesSay() {
        try (CompactedBroker broker = CompactedBroker.start(directory)) {
            broker.createTopic(TOPIC, QUEUES);
            try (Driver writer = StockClient.V5_JSON.start(broker.process().nameServer(), directory)) {
                writer.call("producer", "name", "p");
                load(writer);
                CompactedBroker.soon("messages to read")
                        .until(() -> writer.events("ack").size() > 300);
                List<Driver> readers = List.of(broker.driver(StockClient.V5_JSON), broker.driver(StockClient.V4_JSON));
                for (Driver reader : readers) {
                    reader.call("table", "name", "t", "topic", TOPIC, "state", state(reader, readers));
                    broker.desk().run("run", "topic", TOPIC);
                }
                writer.call("unload");
                for (Driver reader : readers) {
                    assertThat(entries(broker, reader)).isEqualTo(expected(broker));
                    reader.call("close", "name", "t");
                }
                // more while nobody looks: the tables go on where they were
                writer.clearEvents();
                load(writer);
                CompactedBroker.soon("more messages")
                        .until(() -> writer.events("ack").size() > 300);
                writer.call("unload");
                broker.compact(TOPIC, QUEUES);
                for (Driver reader : readers) {
                    reader.call("table", "name", "t", "topic", TOPIC, "state", state(reader, readers));
                    assertThat(entries(broker, reader)).isEqualTo(expected(broker));
                }
                assertThat(broker.desk()
                                .call("GET", "/topics/" + TOPIC + "/snapshot", "")
                                .text()
                                .lines())
                        .as("a record a line, and the barrier of each queue")
                        .hasSize(expected(broker).size() + QUEUES);
                assertLatestOverHttp(broker);
                for (Driver reader : readers) {
                    reader.call("close", "name", "t");
                }
            }
        }
    }

    private String state(Driver reader, List<Driver> readers) {
        return directory.resolve("state-" + readers.indexOf(reader)).toString();
    }

    private static void load(Driver writer) {
        // one producer thread, and a queue of its own for each key
        for (int queue = 0; queue < QUEUES; queue++) {
            writer.call(
                    "load",
                    "producer",
                    "p",
                    "topic",
                    TOPIC,
                    "prefix",
                    "m",
                    "threads",
                    1,
                    "queue",
                    queue,
                    "keys",
                    "q" + queue + "-k#",
                    "keyspace",
                    60,
                    "tombstones",
                    5);
        }
    }

    private static List<String> expected(CompactedBroker broker) {
        return new LatestOfKeys(broker.drain(TOPIC))
                .survivors().stream()
                        .filter(message -> !message.get("properties").contains("COMPACTION_TOMBSTONE"))
                        .map(TableViewIT::text)
                        .sorted()
                        .toList();
    }

    private static List<String> entries(CompactedBroker broker, Driver reader) {
        String until = broker.driver(StockClient.V5_JSON).rows("queues", "topic", TOPIC).stream()
                .map(queue -> queue.get("queue") + ":" + queue.get("max"))
                .collect(Collectors.joining(","));
        List<String> found = new ArrayList<>();
        for (Line entry : reader.rows("entries", "name", "t", "until", until)) {
            assertThat(entry.get("intact")).isEqualTo("true");
            found.add(text(entry));
        }
        return found.stream().sorted().toList();
    }

    private static String text(Line message) {
        return message.get("keys") + " " + message.get("queue") + "/" + message.get("offset") + " " + message.get("id");
    }

    private static void assertLatestOverHttp(CompactedBroker broker) {
        Line some = new LatestOfKeys(broker.drain(TOPIC))
                .survivors().stream()
                        .filter(message -> !message.get("properties").contains("COMPACTION_TOMBSTONE"))
                        .findFirst()
                        .orElseThrow();
        String keys = "/topics/" + TOPIC + "/queues/" + some.get("queue") + "/keys/";
        assertThat(broker.desk().call("GET", keys + some.get("keys"), "").text())
                .contains("\"offset\":" + some.get("offset"));
        assertThat(broker.desk().call("GET", keys + "nobody", "").status()).isEqualTo(404);
    }
}
