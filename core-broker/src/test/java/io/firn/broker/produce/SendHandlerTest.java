package io.firn.broker.produce;

import static io.firn.broker.RunningBroker.sendFields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.Ground;
import io.firn.broker.RunningBroker;
import io.firn.broker.log.DiskWatch;
import io.firn.broker.record.MessageId;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.TestMessage;
import io.firn.broker.runtime.Clock;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends to a whole broker. */
final class SendHandlerTest {

    @TempDir
    Path root;

    private RunningBroker broker;

    @BeforeEach
    void open() {
        broker = RunningBroker.open(root);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void tellsWhereTheMessageWent() {
        send("T", 1, "");
        RemotingCommand second = send("T", 1, property("UNIQ_KEY", "MINE"));

        assertThat(second.code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(second.ext().get("queueId")).isEqualTo("1");
        assertThat(second.ext().get("queueOffset")).isEqualTo("1");
        assertThat(second.ext().get("transactionId")).isEqualTo("MINE");
        assertThat(second.ext().get("MSG_REGION")).isEqualTo("DefaultRegion");
        assertThat(second.ext().get("TRACE_ON")).isEqualTo("true");
        RecordView stored = view(second.ext().required("msgId"));
        assertThat(stored.queueOffset()).isEqualTo(1);
        assertThat(RunningBroker.body(stored)).isEqualTo("body");
    }

    @Test
    void storesPropertiesInRocketMqsOrder() {
        String given = property("zeta", "1")
                + property("UNIQ_KEY", "7F")
                + property("TAGS", "t")
                + property("KEYS", "k")
                + property("alpha", "2")
                + property("WAIT", "true")
                + property("MyProp", "3");

        RecordView stored = view(send("T", 0, given).ext().required("msgId"));

        assertThat(names(RunningBroker.properties(stored)))
                .containsExactly(
                        "MSG_REGION",
                        "UNIQ_KEY",
                        "CLUSTER",
                        "TAGS",
                        "KEYS",
                        "alpha",
                        "WAIT",
                        "zeta",
                        "TRACE_ON",
                        "MyProp");
    }

    @Test
    void givesAnIdToMessagesWithoutOneAndTakesReceiptsAway() {
        RemotingCommand answer = send("T", 0, property("POP_CK", "forged"));

        RecordView stored = view(answer.ext().required("msgId"));
        assertThat(stored.property("UNIQ_KEY"))
                .hasSize(32)
                .isEqualTo(answer.ext().get("transactionId"));
        assertThat(stored.property("POP_CK")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a\\b", "ü", "line\nend", "\u007f"})
    void answersWithAnyIdThatAProducerChose(String id) {
        assertThat(send("T", 0, property("UNIQ_KEY", id)).ext().get("transactionId"))
                .isEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "no/such; 0; ; 29; illegal character",
                "RMQ_SYS_TRANS_HALF_TOPIC; 0; ; 16; is forbidden",
                "T; 4; ; 29; queueId 4 is not below the 4 queues",
                "T; 0; TRAN_MSG=true; 13; transactional",
                "T; 0; DELAY=soon; 13; not a level",
                "T; 0; TIMER_DELAY_MS=soon; 13; not a number",
            })
    void refusesBeforeAnythingIsStored(String topic, int queueId, String property, int code, String remark) {
        send("T", 0, "");
        String properties = property == null ? "" : property.replace('=', '\u0001') + '\u0002';

        RemotingCommand answer = send(topic, queueId, properties);

        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.remark()).contains(remark);
        assertThat(send("T", 0, "").ext().get("queueOffset")).isEqualTo("1");
    }

    @Test
    void refusesAnUnknownTopicWithoutTemplate() {
        RemotingCommand answer = broker.call(
                        RequestCode.SEND_MESSAGE_V2, bytes("body"), sendFields("Unknown", 0, "", "c", "NoTemplate"))
                .join();

        assertThat(answer.code()).isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
        assertThat(answer.remark()).isEqualTo("topic[Unknown] not exist, apply first please!");
    }

    @Test
    void refusesAnEmptyBodyAndOneThatIsTooLong() {
        RemotingCommand empty = broker.ask(RequestCode.SEND_MESSAGE_V2, sendFields("T", 0, ""));
        RemotingCommand huge = broker.call(RequestCode.SEND_MESSAGE_V2, new byte[(4 << 20) + 1], sendFields("T", 0, ""))
                .join();

        assertThat(empty.code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL);
        assertThat(empty.remark()).isEqualTo("the message body is empty");
        assertThat(huge.code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL);
        assertThat(huge.remark()).contains("4194305 bytes, more than maxMessageSize 4194304");
    }

    @Test
    void refusesPropertiesThatCanNotBeStored() {
        RemotingCommand long1 = send("T", 0, property("k", "v".repeat(32_760)));
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 500_000; i++) {
            many.append(property(Integer.toString(i, 36), "v"));
        }
        RemotingCommand long2 = send("T", 0, many.toString());

        assertThat(long1.code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL);
        assertThat(long1.remark()).contains("more than 32767");
        assertThat(long2.code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL);
        assertThat(long2.remark()).contains("more than 32767");
    }

    @Test
    void choosesAQueueWhenTheProducerDoesNot() {
        RemotingCommand answer = send("T", -1, "");

        assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(answer.ext().requiredInt("queueId")).isBetween(0, 3);
    }

    @Test
    void storesABatchAndNamesEachMessage() {
        RemotingCommand answer = batch("T", property("UNIQ_KEY", "BATCH"), "one", "two", "three");

        assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(answer.ext().get("queueOffset")).isEqualTo("0");
        assertThat(answer.ext().get("transactionId")).isEqualTo("BATCH");
        String[] ids = answer.ext().required("msgId").split(",");
        assertThat(Arrays.stream(ids).map(id -> RunningBroker.body(view(id)))).containsExactly("one", "two", "three");
        assertThat(Arrays.stream(ids).map(id -> view(id).queueOffset())).containsExactly(0L, 1L, 2L);
        assertThat(Arrays.stream(ids).map(id -> RunningBroker.properties(view(id))))
                .containsOnly("");
    }

    @Test
    void refusesBatchesThatCanNotBeOne() {
        RemotingCommand malformed = broker.call(
                        RequestCode.SEND_BATCH_MESSAGE, bytes("nonsense"), sendFields("T", 0, ""))
                .join();

        assertThat(malformed.code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL);
        assertThat(malformed.remark()).contains("batch body is malformed");
        assertThat(batch("T", property("DELAY", "1"), "x").code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL);
        assertThat(batch("%RETRY%g", "", "x").code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL);
    }

    @Test
    void keepsTheOrderOfSendsThatWaitForTheirTopic() {
        List<CompletableFuture<RemotingCommand>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(broker.call(RequestCode.SEND_MESSAGE_V2, bytes("m" + i), sendFields("Fresh", 0, "")));
        }

        for (int i = 0; i < 100; i++) {
            RemotingCommand answer = answers.get(i).join();
            assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
            assertThat(answer.ext().requiredInt("queueOffset")).isEqualTo(i);
            assertThat(RunningBroker.body(view(answer.ext().required("msgId")))).isEqualTo("m" + i);
        }
    }

    @Test
    void readsTheLongNamesOfTheFirstSendRequest() {
        send("T", 0, "");
        RemotingCommand answer = broker.call(
                        RequestCode.SEND_MESSAGE,
                        bytes("v1"),
                        "producerGroup",
                        "producers",
                        "topic",
                        "T",
                        "defaultTopic",
                        "TBW102",
                        "defaultTopicQueueNums",
                        "4",
                        "queueId",
                        "0",
                        "sysFlag",
                        "0",
                        "bornTimestamp",
                        "1700000000000",
                        "flag",
                        "7",
                        "properties",
                        property("UNIQ_KEY", "MINE") + property("TAGS", "t"))
                .join();

        assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(answer.ext().get("queueId")).isEqualTo("0");
        assertThat(answer.ext().get("queueOffset")).isEqualTo("1");
        assertThat(answer.ext().get("transactionId")).isEqualTo("MINE");
        assertThat(answer.ext().get("MSG_REGION")).isEqualTo("DefaultRegion");
        assertThat(answer.ext().get("TRACE_ON")).isEqualTo("true");
        RecordView stored = view(answer.ext().required("msgId"));
        assertThat(RunningBroker.body(stored)).isEqualTo("v1");
        assertThat(stored.flag()).isEqualTo(7);
        assertThat(stored.bornTimestamp()).isEqualTo(1_700_000_000_000L);
        assertThat(names(RunningBroker.properties(stored))).contains("UNIQ_KEY", "TAGS");
    }

    @Test
    void answersUnderSyncFlushWhetherOrNotTheProducerWaits(@TempDir Path other) {
        try (RunningBroker sync = RunningBroker.open(other, "flushDiskType=SYNC_FLUSH")) {
            List<CompletableFuture<RemotingCommand>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String wait = i % 2 == 0 ? property("WAIT", "false") : "";
                answers.add(sync.call(RequestCode.SEND_MESSAGE_V2, bytes("m" + i), sendFields("T", 0, wait)));
            }
            for (int i = 0; i < 40; i++) {
                RemotingCommand answer = answers.get(i).join();
                assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
                assertThat(answer.ext().requiredInt("queueOffset")).isEqualTo(i);
            }
        }
    }

    @Test
    void answersThatTheDiskTookTooLongAndWhereTheMessageIsAllTheSame(@TempDir Path other) {
        CompletableFuture<Void> disk = CompletableFuture.completedFuture(null);
        AtomicReference<CompletableFuture<Void>> forced = new AtomicReference<>(disk);
        DiskWatch slow = (use, file) -> {
            if (use == DiskWatch.Use.FORCE) {
                forced.get().join();
            }
        };
        try (RunningBroker sync = RunningBroker.on(
                new Ground(Clock.system(), slow), other, "flushDiskType=SYNC_FLUSH", "syncFlushTimeout=50")) {
            sync.call(RequestCode.SEND_MESSAGE_V2, bytes("quick"), sendFields("T", 0, ""))
                    .join();
            forced.set(new CompletableFuture<Void>().completeOnTimeout(null, 30, TimeUnit.SECONDS));
            RemotingCommand late = sync.call(RequestCode.SEND_MESSAGE_V2, bytes("late"), sendFields("T", 0, ""))
                    .join();
            forced.getAndSet(disk).complete(null);

            assertThat(late.code()).isEqualTo(ResponseCode.FLUSH_DISK_TIMEOUT);
            assertThat(late.remark()).contains("disk");
            assertThat(late.ext().get("queueId")).isEqualTo("0");
            assertThat(late.ext().get("queueOffset")).isEqualTo("1");
            assertThat(late.ext().get("MSG_REGION")).isEqualTo("DefaultRegion");
            long position = MessageId.parse(late.ext().required("msgId")).position();
            assertThat(RunningBroker.bodies(
                            sync.ask(RequestCode.VIEW_MESSAGE_BY_ID, "offset", Long.toString(position))))
                    .containsExactly("late");
            await("the disk is quick again")
                    .until(() -> sync.call(RequestCode.SEND_MESSAGE_V2, bytes("next"), sendFields("T", 0, ""))
                                    .join()
                                    .code()
                            == ResponseCode.SUCCESS);
        }
    }

    private RemotingCommand send(String topic, int queueId, String properties) {
        return broker.call(RequestCode.SEND_MESSAGE_V2, bytes("body"), sendFields(topic, queueId, properties))
                .join();
    }

    private RemotingCommand batch(String topic, String properties, String... bodies) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String body : bodies) {
            out.writeBytes(TestMessage.sub(0, bytes(body), new byte[0]));
        }
        return broker.call(RequestCode.SEND_BATCH_MESSAGE, out.toByteArray(), sendFields(topic, 0, properties))
                .join();
    }

    private RecordView view(String messageId) {
        long position = MessageId.parse(messageId).position();
        RemotingCommand answer = broker.ask(RequestCode.VIEW_MESSAGE_BY_ID, "offset", Long.toString(position));
        assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
        return RunningBroker.records(answer).getFirst();
    }

    private static List<String> names(String properties) {
        return Arrays.stream(properties.split("\u0002"))
                .map(entry -> entry.substring(0, entry.indexOf('\u0001')))
                .toList();
    }

    private static String property(String key, String value) {
        return key + '\u0001' + value + '\u0002';
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
