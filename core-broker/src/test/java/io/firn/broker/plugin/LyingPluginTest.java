package io.firn.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.broker.RunningBroker;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plugins in real jars that say what is not so: it is noticed before a client or a file has it. */
final class LyingPluginTest {

    @TempDir
    private Path root;

    private PluggedBroker broker;

    @BeforeEach
    void prepare() {
        broker = new PluggedBroker(root);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private void open(String id, String start) {
        PluginJars.plugin(id, start, "").into(broker.jars, id + ".jar");
        broker.open();
        assertThat(broker.state(id)).as(broker.cause(id)).isEqualTo("ACTIVE");
    }

    @Test
    void aDispatcherCanNotCallDurableWhatItWasNotGiven() {
        open(
                "liar",
                "context.register().dispatcher(DispatcherSpec.of(\"d\"),"
                        + " (batch, progress) -> progress.durableUpTo(batch.to() + 1));");

        broker.send("m");

        await().atMost(PluggedBroker.PATIENCE)
                .untilAsserted(
                        () -> assertThat(broker.status("liar").path("troubles").toString())
                                .contains("is more than was given"));
        assertThat(broker.broker().metric("firn_plugin_dispatcher_lag_bytes")).isPositive();
        assertThat(broker.bodies()).containsExactly("m");
    }

    private static String cold(String coverage, String batch) {
        return "context.register().coldReader(new ColdReaderSpec(\"old\", TopicSelector.named(\"T\"), 1),"
                + " new ColdReader() { public Coverage coverage(QueueRef queue) { return " + coverage + "; }"
                + " public java.util.concurrent.CompletionStage<ColdBatch> read(ColdRequest request, CancelToken token)"
                + " { return java.util.concurrent.CompletableFuture.completedFuture(" + batch + "); } });";
    }

    private static String found(String bytes, int count, long next) {
        return "new ColdBatch.Found(FrameBatch.of(List.of(java.nio.ByteBuffer." + bytes + "), " + count
                + ", () -> {}), " + next + ")";
    }

    @ParameterizedTest
    @CsvSource({"allocate(200),1,5", "allocate(1).put(0; (byte) 91),1,5", "allocate(0),3,5", "allocate(0),0,0"})
    void aColdReaderWithWrongFramesMakesReadersAskAgain(String bytes, int count, long next) {
        open("liar", cold("new Coverage(0, 10)", found(bytes.replace(';', ','), count, next)));

        RemotingCommand again = broker.pull(0);

        assertThat(again.code()).isEqualTo(ResponseCode.PULL_RETRY_IMMEDIATELY);
        assertThat(again.ext().requiredLong("nextBeginOffset")).isZero();
        assertThat(again.bodyBytes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "new Coverage(10, 5)", "new Coverage(-5, 5)"})
    void aColdReaderWithAnImpossibleCoverageMakesReadersAskAgainAndSendersWait(String coverage) {
        open("liar", cold(coverage, "new ColdBatch.Skipped(10)"));

        assertThat(broker.pull(0).code()).isEqualTo(ResponseCode.PULL_RETRY_IMMEDIATELY);
        RemotingCommand refused = broker.send("m");
        assertThat(refused.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(refused.remark()).contains("plugin liar@1.0.0");
    }

    @Test
    void aColdReaderThatCoversWhatItCanNotGiveLosesNothing() {
        open("liar", cold("new Coverage(0, 10)", "new ColdBatch.Skipped(0)"));

        assertThat(broker.pull(3).code()).isEqualTo(ResponseCode.PULL_RETRY_IMMEDIATELY);
        assertThat(broker.send("m").ext().requiredLong("queueOffset")).isEqualTo(10);
    }

    private static String queue(String read, String min, String max, String floor, String count) {
        return "context.register().queueReader(TopicSelector.named(\"T\"), (queue, base) -> new QueueReader() {"
                + " public ReadResult read(ReadRequest request) { return " + read + "; }"
                + " public long minOffset() { return " + min + "; }"
                + " public long maxOffset() { return " + max + "; }"
                + " public OptionalLong offsetByTime(long time, Boundary boundary) { return OptionalLong.empty(); }"
                + " public long nextOffsetFloor() { return " + floor + "; }"
                + " public long estimateCount(long from, long to) { return " + count + "; }"
                + " public FrameBatch latest(byte[] key) {"
                + "     return FrameBatch.ofCopies(List.of(java.nio.ByteBuffer.allocate(120)), 1); }"
                + " public void close() {} });";
    }

    @ParameterizedTest
    @CsvSource({
        "new ReadResult.Skipped(0),0,10",
        "new ReadResult.AtEnd(0),7,3",
        "new ReadResult.AtEnd(0),-2,3",
        "null,0,10",
        "base.read(request),100,1"
    })
    void aQueueReaderWithWrongOffsetsIsAnsweredInItsName(String read, String min, String max) {
        open("liar", queue(read, min, max, "0", "0"));

        RemotingCommand failed = broker.pull(0);

        assertThat(failed.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(failed.remark()).contains("plugin liar@1.0.0");
    }

    @Test
    void aQueueReaderKeepsOffsetsFromBeingUsedTwiceAndItsCountIsNoMoreThanThereCanBe() {
        open("sparse", queue("base.read(request)", "base.minOffset()", "base.maxOffset()", "1000", "Long.MAX_VALUE"));

        assertThat(broker.send("m").ext().requiredLong("queueOffset")).isEqualTo(1000);
        await().atMost(PluggedBroker.PATIENCE)
                .untilAsserted(() -> assertThat(behind()).isEqualTo(1));
        RunningBroker.Page latest = broker.broker().page("GET", "/v1/latest/T/0?key=k", "");
        assertThat(latest.status()).isEqualTo(409);
        assertThat(latest.text()).contains("plugin sparse@1.0.0", "is no record");
    }

    /** How far all groups are behind; of one that has read up to offset 1000. */
    private long behind() {
        broker.broker()
                .ask(
                        RequestCode.UPDATE_CONSUMER_OFFSET,
                        "consumerGroup",
                        "G",
                        "topic",
                        "T",
                        "queueId",
                        "0",
                        "commitOffset",
                        "1000");
        broker.broker().askWithBody(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, "{\"groupName\":\"G\"}");
        RemotingCommand answer = broker.broker().ask(RequestCode.GET_BROKER_CONSUME_STATS, "isOrder", "false");
        Matcher total =
                Pattern.compile("\"totalDiff\":(\\d+)").matcher(new String(answer.bodyBytes(), StandardCharsets.UTF_8));
        assertThat(total.find()).isTrue();
        return Long.parseLong(total.group(1));
    }

    @Test
    void aQueueReaderCountsWhatItLeavesOut() {
        open("sparse", queue("base.read(request)", "base.minOffset()", "base.maxOffset()", "1000", "0"));

        broker.send("a");
        broker.send("b");

        await().atMost(PluggedBroker.PATIENCE)
                .until(() -> broker.broker()
                                .ask(RequestCode.GET_MAX_OFFSET, "topic", "T", "queueId", "0")
                                .ext()
                                .requiredLong("offset")
                        == 1002);
        assertThat(behind()).isZero();
    }

    @Test
    void theLatestMessageOfAKeyIsNobodysWhereNoPluginKeepsIt() {
        broker.open();

        RunningBroker.Page none = broker.broker().page("GET", "/v1/latest/T/0?key=k", "");
        RunningBroker.Page wrong = broker.broker().page("GET", "/v1/latest/T", "");

        assertThat(none.status()).isEqualTo(409);
        assertThat(none.text()).contains("no plugin keeps the latest messages by key of topic T");
        assertThat(wrong.status()).isEqualTo(400);
    }

    @Test
    void anEmptyLogBeginsAboveWhatAColdReaderHas() {
        PluginJars.plugin(
                        "archive",
                        cold("Coverage.NONE", "new ColdBatch.Skipped(0)")
                                .replace(
                                        "new ColdReader() {",
                                        "new ColdReader() { public long nextPositionFloor() { return 5_000_000; }"),
                        "")
                .into(broker.jars, "archive.jar");
        broker.open();

        assertThat(positionOf(broker.send("a"))).isEqualTo(5L << 20);
        await().atMost(PluggedBroker.PATIENCE)
                .untilAsserted(() -> assertThat(broker.bodies()).containsExactly("a"));
        broker.close();
        broker.open();

        assertThat(broker.bodies()).containsExactly("a");
        assertThat(positionOf(broker.send("b"))).isGreaterThan(5L << 20).isLessThan((5L << 20) + 1000);
    }

    private static long positionOf(RemotingCommand sent) {
        String id = sent.ext().required("msgId");
        return Long.parseUnsignedLong(id.substring(id.length() - 16), 16);
    }

    @Test
    void anEmptyLogDoesNotBeginWhereAColdReaderCanNotSayWhatItHas() {
        PluginJars.plugin(
                        "archive",
                        cold("Coverage.NONE", "new ColdBatch.Skipped(0)")
                                .replace(
                                        "new ColdReader() {",
                                        "new ColdReader() { public long nextPositionFloor() {"
                                                + " throw new IllegalStateException(\"no bucket\"); }"),
                        "")
                .into(broker.jars, "archive.jar");

        assertThatThrownBy(() -> broker.open())
                .hasMessageContaining("plugin archive@1.0.0")
                .hasMessageContaining("can not say which positions of the log it has")
                .hasMessageContaining("no bucket");
    }
}
