package io.firn.it.compaction;

import static io.firn.it.compaction.CompactedBroker.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.Driver;
import io.firn.it.harness.Driver.Answer;
import io.firn.it.harness.StockClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Stock clients read a queue with gaps: of 160 messages 30 to 49, 149 to 159 are left, then ten that no pass has seen. Nobody
 * may notice but by what is missing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CompactedReadsIT {

    private static final String TOPIC = "Latest";

    private CompactedBroker broker;
    private List<Line> expected;
    private long boundaryTime;

    @BeforeAll
    void fillAndCompact(@TempDir Path directory) {
        broker =
                CompactedBroker.start(BrokerSpec.in(directory.resolve("broker")).with("enablePropertyFilter", "true"));
        assertThat(broker.updateTopic(TOPIC, 1, "+cleanup.policy=COMPACTION").text())
                .contains("success");
        broker.driver(StockClient.V5_JSON).call("producer", "name", "p");
        send(20, "k#");
        send(20, "k#");
        send(10, "u#");
        send(100, "hot");
        boundaryTime = waitForAWholeSecond();
        send(10, "k#");
        List<Line> before = broker.drain(TOPIC);
        broker.compact(TOPIC, 1);
        send(10, "u#", "tags", "fresh");
        assertThat(broker.status(TOPIC, 0, "cleanedTo")).isEqualTo(160);
        expected = new ArrayList<>(new LatestOfKeys(before).survivors());
        expected.addAll(broker.drain(TOPIC).stream()
                .filter(message -> message.number("offset") >= 160)
                .toList());
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = StockClient.class,
            names = {"V5_JSON", "V4_ROCKETMQ"})
    void everythingLeftIsReadInOrderAndUnchanged(StockClient client) {
        List<Line> read = broker.driver(client).rows("drain", "topic", TOPIC);

        assertThat(Messages.identities(read)).isEqualTo(Messages.identities(expected));
        assertThat(Messages.offsets(read)).hasSize(41).startsWith(30L).endsWith(169L);
    }

    @ParameterizedTest
    @EnumSource(
            value = StockClient.class,
            names = {"V5_JSON", "V4_ROCKETMQ"})
    void aPullAtAnyOffsetGoesUpAndMissesNothing(StockClient client) {
        List<Long> offsets = Messages.offsets(expected);
        for (long from = 0; from < 170; from += from < 60 || from > 140 ? 1 : 10) {
            long at = from;
            Answer answer = pull(client, at, "max", 7);
            List<Long> wanted = offsets.stream()
                    .filter(offset -> offset >= at)
                    .limit(answer.rows().size())
                    .toList();
            assertThat(answer.end().get("status")).as("at %d", at).isEqualTo("FOUND");
            assertThat(answer.rows()).isNotEmpty().hasSizeLessThanOrEqualTo(7);
            assertThat(Messages.offsets(answer.rows())).isEqualTo(wanted);
            assertThat(answer.end().number("next")).isEqualTo(wanted.getLast() + 1);
            assertThat(answer.end().number("min")).isEqualTo(30);
            assertThat(answer.end().number("max")).isEqualTo(170);
        }
        assertThat(pull(client, 170).end().get("status")).isEqualTo("NO_NEW_MSG");
        Answer beyond = pull(client, 171);
        assertThat(beyond.end().get("status")).isEqualTo("OFFSET_ILLEGAL");
        assertThat(beyond.end().number("next")).isEqualTo(170);
    }

    @ParameterizedTest
    @EnumSource(
            value = StockClient.class,
            names = {"V5_JSON", "V4_ROCKETMQ"})
    void tagsAreFilteredAndAGapIsOneJump(StockClient client) {
        Answer none = pull(client, 0, "expr", "nobody");
        assertThat(none.end().get("status")).isEqualTo("NO_MATCHED_MSG");
        assertThat(none.end().number("next")).as("one jump to the log").isEqualTo(160);

        Answer even = pull(client, 30, "expr", "even");
        assertThat(Messages.offsets(even.rows()))
                .isNotEmpty()
                .allSatisfy(offset -> assertThat(offset % 2).isZero());
        assertThat(even.rows()).extracting(message -> message.get("tags")).containsOnly("even");
    }

    @ParameterizedTest
    @EnumSource(
            value = StockClient.class,
            names = {"V5_JSON", "V4_ROCKETMQ"})
    void limitsAndTimesAreThoseOfWhatIsLeft(StockClient client) {
        Driver driver = broker.driver(client);
        Line queue = driver.rows("queues", "topic", TOPIC).getFirst();
        assertThat(queue.number("min")).isEqualTo(30);
        assertThat(queue.number("max")).isEqualTo(170);

        for (Line message : expected) {
            long time = message.number("storeTime");
            long first = expected.stream()
                    .filter(other -> other.number("storeTime") >= time)
                    .findFirst()
                    .orElseThrow()
                    .number("offset");
            assertThat(search(driver, time)).isEqualTo(first);
        }
        assertThat(search(driver, 1)).isEqualTo(30);
        assertThat(search(driver, boundaryTime)).isEqualTo(150);
    }

    @ParameterizedTest
    @EnumSource(
            value = StockClient.class,
            names = {"V5_JSON", "V4_ROCKETMQ"})
    void twoPushGroupsReadAllOfItAndTheirLagEnds(StockClient client) {
        Driver driver = broker.driver(client);
        push(client, "one", "FIRST");
        push(client, "two", "FIRST");
        push(client, "since", String.valueOf(boundaryTime));
        for (String name : List.of("one", "two")) {
            soon("all that is left")
                    .untilAsserted(() -> assertThat(Messages.identities(driver.received(name)))
                            .containsExactlyInAnyOrderElementsOf(Messages.identities(expected)));
        }
        List<Long> since = Messages.offsets(expected).stream()
                .filter(offset -> offset >= 150)
                .toList();
        soon("all since the time")
                .untilAsserted(() -> assertThat(Messages.offsets(driver.received("since")))
                        .containsExactlyInAnyOrderElementsOf(since));
        for (String name : List.of("one", "two", "since")) {
            driver.call("close", "name", name);
            soon("no lag is left")
                    .untilAsserted(() ->
                            assertThat(committed(driver, group(client, name))).isEqualTo(170));
        }
        driver.clearEvents();
        if (client == StockClient.V5_JSON) {
            String progress = broker.mqadmin()
                    .run("consumerProgress", "-g", group(client, "one"))
                    .text();
            assertThat(progress).containsPattern("Diff Total: 0");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = StockClient.class,
            names = {"V5_JSON", "V4_ROCKETMQ"})
    void litePullReadsTwiceAfterSeekingToTheBeginning(StockClient client) {
        Driver driver = broker.driver(client);
        driver.call("litepull", "name", "lite", "group", group(client, "lite"), "topic", TOPIC, "from", "FIRST");
        soon("all that is left")
                .untilAsserted(() -> assertThat(Messages.identities(driver.received("lite")))
                        .isEqualTo(Messages.identities(expected)));
        driver.clearEvents();
        driver.call("seek", "name", "lite", "topic", TOPIC, "to", "begin");
        soon("all again")
                .untilAsserted(() -> assertThat(Messages.identities(driver.received("lite")))
                        .isEqualTo(Messages.identities(expected)));
        driver.call("close", "name", "lite");
        driver.clearEvents();
    }

    @ParameterizedTest
    @EnumSource(
            value = StockClient.class,
            names = {"V5_JSON", "V4_ROCKETMQ"})
    void aConsumerThatStoppedInAGapGoesOnBehindIt(StockClient client) {
        Driver driver = broker.driver(client);
        // committed before the pass, as it were: the message at 60 is gone
        driver.call("pull", "group", group(client, "back"), "topic", TOPIC, "queue", 0, "offset", 41, "commit", 60);
        driver.call("forget");

        push(client, "back", "FIRST");
        List<Long> rest = Messages.offsets(expected).stream()
                .filter(offset -> offset >= 60)
                .toList();
        soon("what is left behind the gap")
                .untilAsserted(() -> assertThat(Messages.offsets(driver.received("back")))
                        .containsExactlyInAnyOrderElementsOf(rest));
        driver.call("close", "name", "back");
        driver.clearEvents();
    }

    @ParameterizedTest
    @EnumSource(
            value = StockClient.class,
            names = {"V5_JSON", "V4_ROCKETMQ"})
    void conditionsSelectInBothParts(StockClient client) {
        String condition = "KEYS IN ('k3', 'u7', 'hot') OR (TAGS = 'fresh' AND KEYS = 'u2')";
        List<Line> wanted = expected.stream()
                .filter(message -> List.of("k3", "u7", "hot").contains(message.get("keys"))
                        || (message.get("tags").equals("fresh")
                                && message.get("keys").equals("u2")))
                .toList();
        assertThat(Messages.offsets(wanted)).as("in both parts").hasSizeGreaterThan(3);
        Driver driver = broker.driver(client);
        driver.call(
                "litepull",
                "name",
                "sql",
                "group",
                group(client, "sql"),
                "topic",
                TOPIC,
                "from",
                "FIRST",
                "type",
                "SQL92",
                "expr",
                condition);
        // in order: the last one comes after all that should not have come
        soon("what is selected")
                .untilAsserted(() ->
                        assertThat(Messages.identities(driver.received("sql"))).isEqualTo(Messages.identities(wanted)));
        driver.call("close", "name", "sql");
        driver.clearEvents();
    }

    @Test
    void poppingConsumersGetAllThatIsLeftOnce() {
        Driver driver = broker.driver(StockClient.V5_JSON);
        String group = group(StockClient.V5_JSON, "pop");
        Topics.makePopping(broker.process().broker(), group, TOPIC);
        driver.call("push", "name", "pop", "group", group, "topic", TOPIC, "from", "FIRST", "assigned", true);
        soon("all that is left")
                .untilAsserted(() -> assertThat(Messages.offsets(driver.received("pop")))
                        .containsExactlyInAnyOrderElementsOf(Messages.offsets(expected)));
        assertThat(driver.received("pop")).allSatisfy(message -> {
            assertThat(message.get("properties")).contains("POP_CK");
            assertThat(message.get("intact")).isEqualTo("true");
        });
        soon("all is acknowledged, over the gaps")
                .untilAsserted(
                        () -> assertThat(Topics.committed(broker.process().broker(), group, TOPIC))
                                .isEqualTo(170));
        driver.call("close", "name", "pop");
        driver.clearEvents();
    }

    private void push(StockClient client, String name, String from) {
        broker.driver(client).call("push", "name", name, "group", group(client, name), "topic", TOPIC, "from", from);
    }

    private Answer pull(StockClient client, long offset, Object... more) {
        List<Object> all =
                new ArrayList<>(List.of("group", group(client, "pull"), "topic", TOPIC, "queue", 0, "offset", offset));
        all.addAll(List.of(more));
        return broker.driver(client).call("pull", all.toArray());
    }

    private static String group(StockClient client, String role) {
        return "G_" + role + "_" + client;
    }

    private static long committed(Driver driver, String group) {
        return driver.rows("queues", "topic", TOPIC, "group", group).getFirst().number("committed");
    }

    private static long search(Driver driver, long time) {
        return driver.call("search", "topic", TOPIC, "queue", 0, "time", time)
                .end()
                .number("offset");
    }

    private void send(int count, String keys, Object... more) {
        List<Object> all = new ArrayList<>(List.of(
                "producer", "p", "topic", TOPIC, "prefix", keys, "count", count, "keys", keys, "tags", "even,odd"));
        all.addAll(List.of(more));
        broker.driver(StockClient.V5_JSON).call("send", all.toArray());
    }

    /** The client tells times to the second: nothing may be stored in the second that is begun. */
    private static long waitForAWholeSecond() {
        long next = (System.currentTimeMillis() / 1000 + 1) * 1000;
        soon("the next second").until(() -> System.currentTimeMillis() >= next);
        return next;
    }
}
