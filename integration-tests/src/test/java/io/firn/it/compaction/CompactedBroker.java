package io.firn.it.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.Driver;
import io.firn.it.harness.FirnProcess;
import io.firn.it.harness.Mqadmin;
import io.firn.it.harness.PluginDesk;
import io.firn.it.harness.RawFrame;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.Sut;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A Firn process with the compaction plugin's jar in its directory, and what its operator and its clients do. One thread. */
final class CompactedBroker implements AutoCloseable {

    private final Path directory;
    private final FirnProcess process;
    private final PluginDesk desk;
    private final Mqadmin mqadmin;
    private final Map<StockClient, Driver> drivers = new EnumMap<>(StockClient.class);

    private CompactedBroker(Path directory, FirnProcess process) {
        this.directory = directory;
        this.process = process;
        this.desk = new PluginDesk(process, "compaction");
        this.mqadmin = new Mqadmin(directory, process.nameServer());
    }

    static CompactedBroker start(Path directory) {
        return start(BrokerSpec.in(directory.resolve("broker")));
    }

    static CompactedBroker start(BrokerSpec spec) {
        PluginDesk.drop(spec.directory(), "compaction");
        return new CompactedBroker(spec.directory(), (FirnProcess) Sut.start(Sut.Kind.FIRN, spec));
    }

    FirnProcess process() {
        return process;
    }

    PluginDesk desk() {
        return desk;
    }

    Mqadmin mqadmin() {
        return mqadmin;
    }

    /** The driver of a client; all tests of a suite share it. */
    Driver driver(StockClient client) {
        return drivers.computeIfAbsent(client, key -> key.start(process.nameServer(), directory));
    }

    /** Runs {@code mqadmin updateTopic}; what it printed. */
    Mqadmin.Result updateTopic(String topic, int queues, String attributes) {
        String count = String.valueOf(queues);
        return mqadmin.run(
                "updateTopic",
                "-b",
                process.broker().toString(),
                "-t",
                topic,
                "-r",
                count,
                "-w",
                count,
                "-a",
                attributes);
    }

    /** Creates a compacted topic; {@code more} are attributes as tools take them. */
    void createTopic(String topic, int queues, String... more) {
        List<String> attributes = new ArrayList<>(List.of("+cleanup.policy=COMPACTION"));
        attributes.addAll(List.of(more));
        RawFrame answer = Topics.create(process.broker(), topic, queues, String.join(",", attributes));
        assertThat(answer.code()).as(answer.header() + process.report()).isZero();
    }

    /** Asks for passes until all that is there now is compacted. */
    void compact(String topic, int queues) {
        desk.run("run", "topic", topic);
        for (int queue = 0; queue < queues; queue++) {
            int id = queue;
            soon("queue " + queue + " of " + topic + " is compacted").until(() -> {
                if (status(topic, id, "dirtyRecords") == 0) {
                    return true;
                }
                desk.run("run", "topic", topic);
                return false;
            });
        }
    }

    /** A number of a queue's status. */
    long status(String topic, int queue, String name) {
        String text = desk.run("status", "topic", topic, "queue", String.valueOf(queue));
        return number(text, name)
                .orElseThrow(() -> new AssertionError("no " + name + " in " + text + process.report()));
    }

    private static OptionalLong number(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*(-?\\d+)").matcher(json);
        return found.find() ? OptionalLong.of(Long.parseLong(found.group(1))) : OptionalLong.empty();
    }

    /** All that a client reads of a topic from its lowest offset to its end. */
    List<Line> drain(String topic) {
        return driver(StockClient.V5_JSON).rows("drain", "topic", topic);
    }

    static ConditionFactory soon(String what) {
        return Awaitility.await(what).atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(100));
    }

    @Override
    public void close() {
        drivers.values().forEach(Driver::close);
        desk.close();
        process.close();
    }
}
