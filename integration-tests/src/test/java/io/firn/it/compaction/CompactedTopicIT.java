package io.firn.it.compaction;

import static io.firn.it.compaction.CompactedBroker.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.Driver;
import io.firn.it.harness.Driver.Answer;
import io.firn.it.harness.PluginDesk;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.RawFrame;
import io.firn.it.harness.StockClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a compacted topic refuses, what becomes of tombstones, and that all of it is still so after a restart. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CompactedTopicIT {

    private static final int MESSAGE_ILLEGAL = 13;
    private static final int REQUEST_CODE_NOT_SUPPORTED = 3;
    private static final int UPDATE_AND_CREATE_STATIC_TOPIC = 513;
    private static final String COMMIT = "COMMIT_MESSAGE";
    private static final String NO_KEY = "Required message key is missing";

    private CompactedBroker broker;
    private Driver driver;

    @BeforeAll
    void start(@TempDir Path directory) {
        broker = CompactedBroker.start(directory);
        driver = broker.driver(StockClient.V5_JSON);
        driver.call("producer", "name", "p", "retries", 0);
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    @Test
    void messagesWithoutAKeyAreRefusedInEverySendPath() {
        broker.createTopic("Keyed", 1);

        for (String mode : List.of("sync", "batch")) {
            Line error = attempt("Keyed", 3, "mode", mode).end();
            assertThat(error.kind()).isEqualTo("error");
            assertThat(error.number("code")).as(mode).isEqualTo(MESSAGE_ILLEGAL);
            assertThat(error.get("message")).as(mode).contains(NO_KEY);
        }
        Line async = attempt("Keyed", 1, "mode", "async").rows().getFirst();
        assertThat(async.get("status")).isEqualTo("EXCEPTION");
        assertThat(async.get("message")).contains(NO_KEY);
        Line oneOfBatch =
                attempt("Keyed", 5, "mode", "batch", "keys", "k#", "keyless", 3).end();
        assertThat(oneOfBatch.get("message")).contains(NO_KEY);
        Line blank = attempt("Keyed", 1, "keys", "  ").end();
        assertThat(blank.get("message")).contains(NO_KEY);

        driver.call("txproducer", "name", "tx", "group", "P_tx", "topic", "Keyed");
        Line half = driver.attempt(
                        "txsend", "producer", "tx", "topic", "Keyed", "prefix", "t", "count", 1, "local", COMMIT)
                .end();
        assertThat(half.kind()).isEqualTo("error");
        assertThat(half.get("message")).contains("CODE: 13").contains(NO_KEY);

        assertThat(broker.drain("Keyed")).as("nothing was stored").isEmpty();
        driver.call(
                "txsend", "producer", "tx", "topic", "Keyed", "prefix", "t", "count", 1, "local", COMMIT, "keys", "t");
        soon("the committed message")
                .untilAsserted(() -> assertThat(broker.drain("Keyed")).hasSize(1));
        driver.call("close", "name", "tx");
        assertThat(attempt("Keyed", 5, "mode", "batch", "keys", "k#").end().kind())
                .isEqualTo("ok");
        assertThat(broker.drain("Keyed")).hasSize(6);
        Line light = attempt("Keyed", 1, "keys", "k", "props", "INNER_MULTI_DISPATCH=%LMQ%a")
                .end();
        assertThat(light.number("code")).isEqualTo(MESSAGE_ILLEGAL);
    }

    @Test
    void topicsThatCannotBeCompactedAreRefusedAtCreation() {
        assertThat(broker.updateTopic("Tool", 1, "+cleanup.policy=COMPACTION,+queue.type=BatchCQ")
                        .report())
                .doesNotContain("success")
                .contains("queue.type");
        assertRefused("Batch", "+cleanup.policy=COMPACTION,+queue.type=BatchCQ", "queue.type");
        assertRefused("Lag", "+cleanup.policy=COMPACTION,+compaction.max.lag.ms=abc", "compaction.max.lag.ms");
        assertRefused(
                "Lags",
                "+cleanup.policy=COMPACTION,+compaction.min.lag.ms=9000,+compaction.max.lag.ms=8000",
                "min.lag");
        assertRefused("Ratio", "+cleanup.policy=COMPACTION,+compaction.dead.ratio=1.5", "compaction.dead.ratio");
        assertRefused("Policy", "+cleanup.policy=SHRINK", "cleanup.policy");
        assertRefused("Plain", "+compaction.max.lag.ms=1000", "means nothing without cleanup.policy=COMPACTION");
        RawFrame light = Topics.create(broker.process().broker(), "%LMQ%light", 1, "+cleanup.policy=COMPACTION");
        assertThat(light.code()).isNotZero();
        assertThat(light.header()).contains("%LMQ%light");
        assertRefused(
                "Held", "+cleanup.policy=COMPACTION,+compaction.throttle.producers=1", "compaction.throttle.producers");
        try (RawClient raw = new RawClient(broker.process().broker())) {
            RawFrame mapped = raw.call(
                    UPDATE_AND_CREATE_STATIC_TOPIC,
                    "topic",
                    "Static",
                    "readQueueNums",
                    "1",
                    "writeQueueNums",
                    "1",
                    "perm",
                    "6",
                    "attributes",
                    "+cleanup.policy=COMPACTION");
            assertThat(mapped.code()).isEqualTo(REQUEST_CODE_NOT_SUPPORTED);
            assertThat(mapped.header()).contains("513");
        }
    }

    @Test
    void anOffsetIsNeverGivenTwiceEvenIfTheLogIsLost() throws IOException {
        broker.createTopic("Lost", 1, "+compaction.delete.retention.ms=0");
        attempt("Lost", 3, "keys", "k#");
        attempt("Lost", 3, "keys", "k#", "props", "COMPACTION_TOMBSTONE=true");
        broker.compact("Lost", 1);
        soon("nothing is left").until(() -> {
            broker.desk().run("run", "topic", "Lost");
            return queue("Lost").number("min") == 6;
        });

        assertThat(broker.process().stop()).as(broker.process().report()).isIn(0, 143);
        BrokerSpec spec = broker.process().spec();
        for (String part : List.of("commitlog", "consumequeue", "index", "checkpoint")) {
            if (Files.exists(spec.store().resolve(part))) {
                Files.move(spec.store().resolve(part), spec.directory().resolve("lost-" + part));
            }
        }
        broker.process().start();

        soon("the next message").untilAsserted(() -> {
            List<Line> sent = attempt("Lost", 1, "keys", "k0").rows();
            assertThat(sent).isNotEmpty();
            assertThat(sent.getFirst().number("offset")).isGreaterThanOrEqualTo(6);
        });
        assertThat(queue("Lost").number("min")).isEqualTo(6);
        assertThat(Messages.offsets(broker.drain("Lost"))).startsWith(6L);
    }

    @Test
    void attributesChangeButNotThePolicyAndNotTheNumberOfQueues() {
        broker.createTopic("Settled", 2);

        assertThat(broker.updateTopic("Settled", 2, "+compaction.max.lag.ms=5000")
                        .text())
                .contains("success");
        assertRefused("Settled", 2, "+cleanup.policy=DELETE", "cleanup.policy");
        assertRefused("Settled", 3, "+compaction.max.lag.ms=6000", "compaction.allow.queue.change");
        assertThat(Topics.create(broker.process().broker(), "Settled", 3, "+compaction.allow.queue.change=true")
                        .code())
                .isZero();
    }

    @Test
    void aTombstoneIsReadUntilItsRetentionIsOverThenTheGapIsJumpedOver() {
        broker.createTopic("Kept", 1);
        broker.createTopic("Gone", 1, "+compaction.delete.retention.ms=0");
        for (String topic : List.of("Kept", "Gone")) {
            attempt(topic, 6, "keys", "k#");
            attempt(topic, 6, "keys", "k#", "props", "COMPACTION_TOMBSTONE=true");
            broker.compact(topic, 1);
        }

        assertThat(Messages.offsets(broker.drain("Kept"))).containsExactly(6L, 7L, 8L, 9L, 10L, 11L);
        soon("the tombstones to go").until(() -> {
            broker.desk().run("run", "topic", "Gone");
            return queue("Gone").number("min") == 12;
        });
        assertThat(queue("Gone").number("max")).isEqualTo(12);
        for (long from : new long[] {0, 5, 11}) {
            Answer over = driver.call("pull", "group", "G", "topic", "Gone", "queue", 0, "offset", from);
            assertThat(over.end().get("status")).isEqualTo("NO_MATCHED_MSG");
            assertThat(over.end().number("next")).isEqualTo(12);
        }
        driver.call("push", "name", "late", "group", "G_late", "topic", "Gone", "from", "FIRST");
        attempt("Gone", 1, "keys", "k0");
        soon("the only message")
                .untilAsserted(() ->
                        assertThat(Messages.offsets(driver.received("late"))).containsExactly(12L));
        driver.call("close", "name", "late");
    }

    @Test
    void aRestartShowsTheSameAndAPassGoesOn() {
        broker.createTopic("Again", 2);
        attempt("Again", 40, "keys", "k#", "keyspace", 7);
        List<String> left = Messages.identities(new LatestOfKeys(broker.drain("Again")).survivors());
        broker.compact("Again", 2);
        assertThat(Messages.identities(broker.drain("Again"))).isEqualTo(left);
        long generation = broker.status("Again", 0, "generation");

        assertThat(broker.process().stop()).as(broker.process().report()).isIn(0, 143);
        broker.process().start();

        assertThat(Messages.identities(broker.drain("Again"))).isEqualTo(left);
        assertThat(broker.status("Again", 0, "generation")).isEqualTo(generation);
        attempt("Again", 40, "keys", "k#", "keyspace", 7, "first", 40);
        List<String> then = Messages.identities(new LatestOfKeys(broker.drain("Again")).survivors());
        broker.compact("Again", 2);
        assertThat(Messages.identities(broker.drain("Again"))).isEqualTo(then);
        assertThat(broker.desk().run("verify", "topic", "Again")).contains("sound");
    }

    @Test
    void theOperatorSeesQueuesMetricsAndMistakes() {
        broker.createTopic("Shown", 1);
        attempt("Shown", 10, "keys", "one");
        broker.compact("Shown", 1);

        assertThat(broker.status("Shown", 0, "liveRecords")).isEqualTo(1);
        assertThat(broker.desk().page("/metrics").text())
                .containsPattern("firn_plugin_compaction_live_records\\{[^}]*topic=\"Shown\"[^}]*} 1");
        assertThat(broker.desk().page("/health").status()).isEqualTo(200);
        PluginDesk.Reply nowhere = broker.desk().attempt("status", "topic", "Nowhere");
        assertThat(nowhere.status()).isEqualTo(400);
        assertThat(nowhere.text()).contains("no open compacted queue of topic Nowhere");
        PluginDesk.Reply backwards = broker.desk().attempt("skip", "topic", "Shown", "queue", "0", "until", "3");
        assertThat(backwards.status()).isEqualTo(400);
        assertThat(backwards.text()).contains("skip to an offset above");
    }

    private Line queue(String topic) {
        return driver.rows("queues", "topic", topic).getFirst();
    }

    private Answer attempt(String topic, int count, Object... more) {
        List<Object> all = new ArrayList<>(List.of("producer", "p", "topic", topic, "prefix", topic, "count", count));
        all.addAll(List.of(more));
        return driver.attempt("send", all.toArray());
    }

    private void assertRefused(String topic, String attributes, String reason) {
        assertRefused(topic, 1, attributes, reason);
    }

    private void assertRefused(String topic, int queues, String attributes, String reason) {
        RawFrame refused = Topics.create(broker.process().broker(), topic, queues, attributes);
        assertThat(refused.code()).as(attributes).isNotZero();
        assertThat(refused.header()).as(attributes).contains(reason);
    }
}
