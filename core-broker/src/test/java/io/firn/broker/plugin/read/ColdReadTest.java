package io.firn.broker.plugin.read;

import static io.firn.broker.RunningBroker.bodies;
import static io.firn.broker.RunningBroker.pullFields;
import static io.firn.broker.RunningBroker.records;
import static io.firn.broker.RunningBroker.sendFields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.RunningBroker;
import io.firn.broker.plugin.context.RegistrationSink.Leaving;
import io.firn.broker.record.RecordView;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.cold.ColdBatch;
import io.firn.spi.cold.Coverage;
import io.firn.spi.topic.QueueRef;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old messages of a plugin and new ones of the log as one queue, seen by clients and tools. */
final class ColdReadTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path root;

    private RunningBroker broker;
    private Plugged plugin;

    @BeforeEach
    void open() {
        broker = RunningBroker.open(root, "firn.plugins.readRetryHold=10");
        plugin = new Plugged(broker, "archive");
        createTopic("T");
    }

    @AfterEach
    void close() {
        broker.close();
        plugin.close();
    }

    private void createTopic(String topic) {
        RemotingCommand made = broker.ask(
                RequestCode.UPDATE_AND_CREATE_TOPIC,
                "topic",
                topic,
                "defaultTopic",
                "TBW102",
                "readQueueNums",
                "4",
                "writeQueueNums",
                "4",
                "perm",
                "6",
                "topicFilterType",
                "SINGLE_TAG",
                "topicSysFlag",
                "0",
                "order",
                "false");
        assertThat(made.code()).isEqualTo(ResponseCode.SUCCESS);
    }

    private RemotingCommand send(String topic, String body) {
        RemotingCommand sent = broker.call(RequestCode.SEND_MESSAGE_V2, body.getBytes(UTF_8), sendFields(topic, 0, ""))
                .join();
        assertThat(sent.code()).as(sent.remark()).isEqualTo(ResponseCode.SUCCESS);
        return sent;
    }

    /** Archive [0, 5) below local [5, 10). */
    private Archive halfOld() {
        Archive archive = new Archive("T", 0).with(0, 5);
        plugin.cold("T", 0, archive).start();
        for (int i = 5; i < 10; i++) {
            assertThat(send("T", "m" + i).ext().get("queueOffset")).isEqualTo(Integer.toString(i));
        }
        awaitMax("T", 10);
        return archive;
    }

    private void awaitMax(String topic, long max) {
        await().atMost(PATIENCE).until(() -> offset(RequestCode.GET_MAX_OFFSET, topic) == max);
    }

    private long offset(int code, String topic) {
        RemotingCommand answer = broker.ask(code, "topic", topic, "queueId", "0");
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
        return Long.parseLong(answer.ext().get("offset"));
    }

    private long byTime(long timeMs, String boundary) {
        RemotingCommand answer = broker.ask(
                RequestCode.SEARCH_OFFSET_BY_TIMESTAMP,
                "topic",
                "T",
                "queueId",
                "0",
                "timestamp",
                Long.toString(timeMs),
                "boundaryType",
                boundary);
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
        return Long.parseLong(answer.ext().get("offset"));
    }

    private RemotingCommand pull(long offset, String... more) {
        return broker.ask(RequestCode.PULL_MESSAGE, pullFields("T", 0, offset, more));
    }

    private List<String> readAll(String topic, long from, long end) {
        List<String> seen = new ArrayList<>();
        long offset = from;
        while (offset < end) {
            RemotingCommand answer =
                    broker.ask(RequestCode.PULL_MESSAGE, pullFields(topic, 0, offset, "maxMsgNums", "3"));
            assertThat(answer.code())
                    .as(answer.remark())
                    .isIn(ResponseCode.SUCCESS, ResponseCode.PULL_RETRY_IMMEDIATELY);
            long next = Long.parseLong(answer.ext().get("nextBeginOffset"));
            if (answer.code() == ResponseCode.SUCCESS) {
                for (RecordView record : records(answer)) {
                    assertThat(record.queueOffset())
                            .isGreaterThanOrEqualTo(offset)
                            .isLessThan(next);
                    seen.add(RunningBroker.body(record));
                }
            }
            assertThat(next).isGreaterThan(offset);
            offset = next;
        }
        return seen;
    }

    private static List<String> names(long from, long to) {
        return LongStream.range(from, to).mapToObj(i -> "m" + i).toList();
    }

    /** Everything lent was given back. */
    private void assertNothingLeft(Archive... archives) {
        await().atMost(PATIENCE).until(() -> broker.metric("firn_plugin_open_batches") == 0);
        assertThat(broker.metric("firn_plugin_cold_bytes_in_flight")).isZero();
        assertThat(broker.metric("firn_plugin_cold_reads_waiting")).isZero();
        for (Archive archive : archives) {
            assertThat(archive.open).hasValue(0);
        }
    }

    private void assertTriesAgain(RemotingCommand answer, long offset) {
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.PULL_RETRY_IMMEDIATELY);
        assertThat(answer.ext().get("nextBeginOffset")).isEqualTo(Long.toString(offset));
        assertThat(answer.bodyBytes()).isEmpty();
    }

    @Test
    void readsEveryMessageOnceFromArchiveToLog() {
        Archive archive = halfOld();

        assertThat(readAll("T", 0, 10)).isEqualTo(names(0, 10));
        assertThat(archive.asked)
                .extracting(request -> request.reader().group())
                .containsOnly("readers");
        assertNothingLeft(archive);
    }

    @Test
    void newMessagesGetOffsetsAboveTheArchive() {
        plugin.cold("T", 0, new Archive("T", 0).with(0, 100)).start();

        assertThat(send("T", "first").ext().get("queueOffset")).isEqualTo("100");
    }

    @Test
    void everyOffsetApiSeesOneLine() {
        halfOld();

        assertThat(offset(RequestCode.GET_MIN_OFFSET, "T")).isZero();
        assertThat(offset(RequestCode.GET_MAX_OFFSET, "T")).isEqualTo(10);
        assertThat(byTime(1_003, "LOWER")).isEqualTo(3);
        assertThat(byTime(1_003, "UPPER")).isEqualTo(3);
        assertThat(byTime(0, "LOWER")).isZero();
        assertThat(byTime(0, "UPPER")).isZero();
        assertThat(byTime(5_000, "LOWER")).isEqualTo(5);
        assertThat(byTime(5_000, "UPPER")).isEqualTo(4);
        assertThat(byTime(Long.MAX_VALUE / 2, "LOWER")).isEqualTo(10);
        assertThat(byTime(Long.MAX_VALUE / 2, "UPPER")).isEqualTo(9);
        RemotingCommand earliest = broker.ask(RequestCode.GET_EARLIEST_MSG_STORETIME, "topic", "T", "queueId", "0");
        assertThat(earliest.ext().get("timestamp")).isEqualTo("1000");
        assertThat(pull(7).ext().get("minOffset")).isEqualTo("0");
        assertThat(pull(2).ext().get("maxOffset")).isEqualTo("10");
    }

    @Test
    void statsResetAndEntriesSeeOneLine() {
        halfOld();
        pull(0, "sysFlag", "5", "commitOffset", "3");

        String stats = new String(
                broker.ask(RequestCode.GET_TOPIC_STATS_INFO, "topic", "T").bodyBytes(), UTF_8);
        assertThat(stats).contains("\"maxOffset\":10", "\"minOffset\":0").doesNotContain("\"minOffset\":5");
        String lag = new String(
                broker.ask(RequestCode.GET_CONSUME_STATS, "consumerGroup", "readers", "topic", "T")
                        .bodyBytes(),
                UTF_8);
        assertThat(lag).contains("\"brokerOffset\":10", "\"consumerOffset\":3", "\"lastTimestamp\":1002");
        String spans = new String(
                broker.ask(RequestCode.QUERY_CONSUME_TIME_SPAN, "group", "readers", "topic", "T")
                        .bodyBytes(),
                UTF_8);
        assertThat(spans).contains("\"minTimeStamp\":1000", "\"consumeTimeStamp\":1002");
        RemotingCommand reset = broker.ask(
                RequestCode.INVOKE_BROKER_TO_RESET_OFFSET,
                "group",
                "readers",
                "topic",
                "T",
                "timestamp",
                "1001",
                "isForce",
                "true",
                "queueId",
                "0");
        assertThat(new String(reset.bodyBytes(), UTF_8)).contains(":1");
        assertThat(pull(9).ext().get("nextBeginOffset")).isEqualTo("1");
        RemotingCommand entries = broker.ask(
                RequestCode.QUERY_CONSUME_QUEUE,
                "topic",
                "T",
                "queueId",
                "0",
                "index",
                "2",
                "count",
                "1",
                "consumerGroup",
                "readers");
        assertThat(entries.code()).as(entries.remark()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(new String(entries.bodyBytes(), UTF_8)).contains("\"minQueueIndex\":0", "\"maxQueueIndex\":10");
    }

    @Test
    void goesOnWithTheArchiveWhenSegmentsAreDeleted() throws IOException {
        Archive archive = new Archive("T", 0);
        plugin.cold("T", 0, archive).start();
        String filling = "x".repeat(100_000);
        for (int i = 0; i < 15; i++) {
            send("T", "m" + i + filling);
        }
        awaitMax("T", 15);
        for (RecordView record : readRecords(0, 15)) {
            archive.with(
                    record.queueOffset(),
                    ByteBuffer.wrap(record.memory()
                            .asSlice(record.offset(), record.totalSize())
                            .toArray(ValueLayout.JAVA_BYTE)));
        }
        dropOldestSegment();

        List<RecordView> again = readRecords(0, 15);

        assertThat(archive.asked).isNotEmpty();
        assertThat(again)
                .extracting(RecordView::queueOffset)
                .isEqualTo(LongStream.range(0, 15).boxed().toList());
        assertThat(again).allMatch(record -> RunningBroker.body(record).startsWith("m" + record.queueOffset() + "x"));
        assertNothingLeft(archive);
    }

    private List<RecordView> readRecords(long from, long end) {
        List<RecordView> all = new ArrayList<>();
        long offset = from;
        while (offset < end) {
            RemotingCommand answer = pull(offset);
            all.addAll(records(answer));
            offset = Long.parseLong(answer.ext().get("nextBeginOffset"));
        }
        return all;
    }

    private void dropOldestSegment() throws IOException {
        List<Path> segments = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(root.resolve("commitlog"))) {
            files.forEach(segments::add);
        }
        segments.sort(null);
        Path oldest = segments.getFirst();
        // forcing the segment makes it young again
        await().atMost(PATIENCE).until(() -> {
            if (Files.exists(oldest)) {
                Files.setLastModifiedTime(oldest, FileTime.fromMillis(1_000));
                broker.ask(RequestCode.DELETE_EXPIRED_COMMITLOG);
            }
            return Files.notExists(oldest);
        });
    }

    @Test
    void appliesTheFilterAgain() {
        Archive archive = new Archive("T", 0)
                .with(0, Frames.frame("T", 0, 0, 1, "a", Frames.property("TAGS", "red")))
                .with(1, Frames.frame("T", 0, 1, 1, "b", Frames.property("TAGS", "blue")))
                .with(2, Frames.frame("T", 0, 2, 1, "c"))
                .with(3, Frames.frame("T", 0, 3, 1, "d", Frames.property("TAGS", "blue")));
        plugin.cold("T", 0, archive).start();

        assertThat(bodies(pull(0, "subscription", "blue"))).containsExactly("b", "d");
        RemotingCommand none = pull(0, "subscription", "green");
        assertTriesAgain(none, 4);
        assertNothingLeft(archive);
    }

    @Test
    void asksTheFirstReaderByPriorityThatHasTheOffset() {
        Archive preferred = new Archive("T", 0).with(2, 4);
        Archive other = new Archive("T", 0).with(0, 8);
        plugin.cold("T", 1, other).cold("T", 5, preferred).start();

        assertThat(readAll("T", 0, 8)).isEqualTo(names(0, 8));
        assertThat(preferred.asked).extracting(request -> request.offset()).allMatch(at -> at >= 2 && at < 4);
        assertThat(other.asked).extracting(request -> request.offset()).doesNotContain(2L);
    }

    @Test
    void jumpsOnceOverAHoleAndSaysTooSmallOnlyBelowTheFirstOffset() {
        plugin.cold("T", 1, new Archive("T", 0).with(2, 4))
                .cold("T", 2, new Archive("T", 0).with(6, 8))
                .start();
        send("T", "m8");
        awaitMax("T", 9);

        assertTriesAgain(pull(4), 6);
        assertTriesAgain(pull(5), 6);
        assertThat(pull(1).code()).isEqualTo(ResponseCode.PULL_OFFSET_MOVED);
        assertThat(pull(1).ext().get("nextBeginOffset")).isEqualTo("2");
        assertThat(pull(20).code()).isEqualTo(ResponseCode.PULL_OFFSET_MOVED);
        assertThat(pull(20).ext().get("nextBeginOffset")).isEqualTo("9");
        assertThat(bodies(pull(8))).containsExactly("m8");
    }

    @Test
    void waitsAtTheEndOfAQueueThatIsAllOld() {
        plugin.cold("T", 0, new Archive("T", 0).with(0, 3)).start();
        CompletableFuture<RemotingCommand> waiting = broker.call(
                RequestCode.PULL_MESSAGE,
                new byte[0],
                pullFields("T", 0, 3, "sysFlag", "6", "suspendTimeoutMillis", "20000"));
        await().atMost(PATIENCE).until(() -> broker.metric("firn_queue_parked_polls") == 1);

        send("T", "m3");

        assertThat(bodies(waiting.join())).containsExactly("m3");
    }

    @Test
    void neverAnswersTooSmallWhenCoverageIsNotKnown() {
        Archive archive = new Archive("T", 0) {
            @Override
            public Coverage coverage(QueueRef of) {
                throw new IllegalStateException("no idea");
            }
        };
        send("T", "m0");
        awaitMax("T", 1);
        plugin.cold("T", 0, archive).start();

        assertThat(bodies(pull(0))).containsExactly("m0");
        RemotingCommand min = broker.ask(RequestCode.GET_MIN_OFFSET, "topic", "T", "queueId", "0");
        assertThat(min.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(min.remark()).contains("archive@1.0");
        assertTriesAgain(broker.ask(RequestCode.PULL_MESSAGE, pullFields("T", 1, 7)), 7);
    }

    @Test
    void sendsTheReaderToTheBrokerThatHasIt() {
        Archive archive = halfOld();
        archive.answer = (request, token) -> CompletableFuture.completedFuture(new ColdBatch.Elsewhere(2));

        RemotingCommand answer = pull(0);

        assertTriesAgain(answer, 0);
        assertThat(answer.ext().get("suggestWhichBrokerId")).isEqualTo("2");
    }

    @Test
    void oldMessagesWaitWhileTheirPluginIsOffline() {
        Archive archive = halfOld();

        assertThat(plugin.stop(Leaving.OFFLINE)).isEmpty();

        assertTriesAgain(pull(0), 0);
        assertThat(bodies(pull(5, "maxMsgNums", "1"))).containsExactly("m5");
        plugin.start();
        assertThat(readAll("T", 0, 10)).isEqualTo(names(0, 10));
        assertThat(plugin.stop(Leaving.AWAY)).isEmpty();
        assertThat(pull(0).code()).isEqualTo(ResponseCode.PULL_OFFSET_MOVED);
        assertThat(pull(0).ext().get("nextBeginOffset")).isEqualTo("5");
        assertNothingLeft(archive);
    }

    private RemotingCommand byKey(String key) {
        return broker.ask(
                RequestCode.QUERY_MESSAGE,
                "topic",
                "T",
                "key",
                key,
                "maxNum",
                "10",
                "beginTimestamp",
                "0",
                "endTimestamp",
                "9000000000000");
    }

    private RemotingCommand byPosition(long position) {
        return broker.ask(RequestCode.VIEW_MESSAGE_BY_ID, "offset", Long.toString(position));
    }

    @Test
    void findsOldMessagesByKeyAndByPlace() {
        Archive archive = new Archive("T", 0)
                .with(0, Frames.frame("T", 0, 0, 1, "old", Frames.property("KEYS", "k")))
                .with(7, Frames.frame("T", 0, 7, 1, "seven", Frames.property("KEYS", "other")));
        plugin.cold("T", 0, archive).start();

        assertThat(bodies(byKey("k"))).containsExactly("old");
        assertThat(byKey("nobody").code()).isEqualTo(ResponseCode.QUERY_NOT_FOUND);
        broker.call(
                        RequestCode.SEND_MESSAGE_V2,
                        "new".getBytes(UTF_8),
                        sendFields("T", 0, Frames.property("KEYS", "k")))
                .join();
        await().atMost(PATIENCE).until(() -> bodies(byKey("k")).equals(List.of("new", "old")));
        assertThat(bodies(byPosition(Frames.LOG_START + 7_000))).containsExactly("seven");
        assertThat(byPosition(Frames.LOG_START + 7_001).code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertNothingLeft(archive);
    }
}
