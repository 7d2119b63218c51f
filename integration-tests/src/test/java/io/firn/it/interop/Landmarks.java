package io.firn.it.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.harness.Driver;
import io.firn.it.harness.MqadminShell;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.Sut;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is put into a store by one system and must be found by the other: messages of many shapes, committed offsets,
 * topics with their queue counts, groups with their settings.
 */
final class Landmarks {

    private final String many;
    private final String batch;
    private final String auto;
    private static final String GROUP = "InteropGroup";
    private static final String RARE_GROUP = "InteropRareGroup";

    private final Path directory;
    private final MqadminShell mqadmin;
    private final Map<String, List<Line>> messages = new TreeMap<>();

    /** Topics have the suffix: a name server that saw other stores knows nothing of them. */
    Landmarks(Path directory, MqadminShell mqadmin, String suffix) {
        this.directory = directory;
        this.mqadmin = mqadmin;
        this.many = "InteropMany_" + suffix;
        this.batch = "InteropBatch_" + suffix;
        this.auto = "InteropAuto_" + suffix;
    }

    /** Writes everything through stock tools. Segments are rolled at least twice. */
    void write(Sut sut) {
        RawClient.createTopic(sut, many, 3);
        RawClient.createTopic(sut, batch, 2);
        try (Driver driver = StockClient.V5_JSON.start(sut.nameServer(), directory)) {
            driver.call("producer", "name", "p", "compressOver", 1 << 20);
            send(driver, many, "async", 400, "tags", "red,green,blue", "keys", "key#", "props", "shape=round,n=1");
            send(driver, many, "sync", 20, "first", 400, "size", 1_000_000, "flag", 7);
            send(driver, many, "sync", 2, "first", 420, "size", 3_000_000, "tags", "compressed");
            send(driver, batch, "batch", 50, "tags", "b", "queue", 1);
            send(driver, auto, "sync", 10);
            for (int queue = 0; queue < 3; queue++) {
                driver.call("pull", "group", GROUP, "topic", many, "queue", queue, "offset", 0, "commit", 11 + queue);
            }
            driver.call("pull", "group", GROUP, "topic", batch, "queue", 1, "offset", 0, "commit", 50);
            for (String topic : List.of(many, batch, auto)) {
                messages.put(topic, driver.rows("drain", "topic", topic));
            }
        }
        assertThat(mqadmin.at(sut.nameServer())
                        .run("updateSubGroup", "-b", sut.broker().toString(), "-g", RARE_GROUP, "-r", "5", "-q", "3"))
                .contains("success");
        assertThat(messages.get(many)).hasSize(422);
    }

    /** Reads everything through stock tools and compares; then sends and reads on, so that the store is a live one. */
    void verify(Sut sut) {
        try (Driver driver = StockClient.V5_JSON.start(sut.nameServer(), directory)) {
            for (String topic : List.of(many, batch, auto)) {
                assertThat(comparable(driver.rows("drain", "topic", topic)))
                        .as("messages of " + topic + sut.report())
                        .containsExactlyElementsOf(comparable(messages.get(topic)));
            }
            verifyKeys(sut, driver);
            assertThat(committed(driver, many)).as("offsets" + sut.report()).containsExactly(11L, 12L, 13L);
            assertThat(committed(driver, batch)).containsExactly(-1L, 50L);
            assertThat(driver.rows("queues", "topic", auto)).hasSize(4);
            continueSending(driver);
        }
        assertThat(mqadmin.at(sut.nameServer()).run("getConsumerConfig", "-g", RARE_GROUP))
                .containsPattern("retryMaxTimes\\s*=\\s*5")
                .containsPattern("retryQueueNums\\s*=\\s*3");
    }

    // what the other system indexed, and by the id that clients give each message
    private void verifyKeys(Sut sut, Driver driver) {
        List<Line> keyed = messages.get(many).stream()
                .filter(line -> line.get("keys").startsWith("key"))
                .toList();
        assertThat(keyed).hasSize(400);
        for (int i = 0; i < keyed.size(); i += 57) {
            Line wanted = keyed.get(i);
            for (String field : List.of("key", "id")) {
                String value = wanted.get(field.equals("key") ? "keys" : "msgId");
                assertThat(driver.rows("query", "topic", many, field, value))
                        .as(field + " " + value + sut.report())
                        .extracting(line -> line.get("id"))
                        .containsExactly(wanted.get("id"));
            }
        }
    }

    // offsets go on where they were
    private void continueSending(Driver driver) {
        long max = driver.rows("queues", "topic", batch).get(1).number("max");
        driver.call("producer", "name", "p");
        List<Line> sent = driver.rows(
                "send", "producer", "p", "topic", batch, "prefix", "more", "count", 5, "queue", 1, "tags", "b");
        assertThat(sent)
                .extracting(line -> line.number("offset"))
                .containsExactly(max, max + 1, max + 2, max + 3, max + 4);
        messages.put(batch, driver.rows("drain", "topic", batch));
        assertThat(messages.get(batch)).hasSize((int) max + 5);
    }

    private static List<Long> committed(Driver driver, String topic) {
        return driver.rows("queues", "topic", topic, "group", GROUP).stream()
                .map(line -> line.number("committed"))
                .toList();
    }

    // the consumer adds these itself when it reads
    private static List<Map<String, String>> comparable(List<Line> lines) {
        return lines.stream()
                .map(line -> {
                    Map<String, String> fields = new TreeMap<>(line.fields());
                    fields.remove(Line.NUMBER);
                    fields.computeIfPresent(
                            "properties", (key, text) -> text.replaceAll("(MIN|MAX)_OFFSET\1[^\2]*\2", ""));
                    return fields;
                })
                .toList();
    }

    private static void send(Driver driver, String topic, String mode, int count, Object... more) {
        java.util.ArrayList<Object> all = new java.util.ArrayList<>(
                List.of("producer", "p", "topic", topic, "prefix", topic, "mode", mode, "count", count));
        all.addAll(List.of(more));
        List<Line> rows = driver.rows("send", all.toArray());
        assertThat(rows).extracting(line -> line.get("status")).containsOnly("SEND_OK");
    }
}
