package io.firn.broker.produce;

import static io.firn.broker.RunningBroker.sendFields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.RunningBroker;
import io.firn.broker.record.MessageId;
import io.firn.broker.record.RecordView;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies through a whole broker, to clients that wait for them. */
final class ReplyHandlerTest {

    private static final String TOPIC = "DefaultCluster_REPLY_TOPIC";
    private static final String TO_R1 = "REPLY_TO_CLIENT\u0001r1\u0002CORRELATION_ID\u00017\u0002";

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
    void handsTheReplyToTheRequesterAndStoresIt() {
        try (Requester requester = new Requester(broker, "r1", ResponseCode.SUCCESS)) {
            RemotingCommand answer = reply(broker, TO_R1, "f", "1", "h", "9");

            assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
            assertThat(answer.ext().get("MSG_REGION")).isEqualTo("DefaultRegion");
            RemotingCommand pushed = requester.replies().getFirst();
            assertThat(pushed.bodyBytes()).asString(UTF_8).isEqualTo("reply");
            assertThat(pushed.ext().asMap())
                    .containsEntry("producerGroup", "producers")
                    .containsEntry("topic", TOPIC)
                    .containsEntry("defaultTopic", "TBW102")
                    .containsEntry("defaultTopicQueueNums", "4")
                    .containsEntry("queueId", "0")
                    .containsEntry("sysFlag", "1")
                    .containsEntry("flag", "9")
                    .containsEntry("bornTimestamp", "1700000000000")
                    .containsEntry("reconsumeTimes", "0")
                    .containsEntry("storeHost", broker.address());
            assertThat(pushed.ext().get("bornHost")).startsWith("127.0.0.1:");
            assertThat(pushed.ext().requiredLong("storeTimestamp")).isPositive();
            assertThat(pushed.ext().get("properties"))
                    .contains("CORRELATION_ID\u00017\u0002")
                    .contains("PUSH_REPLY_TIME\u0001");
            RecordView stored = stored(answer);
            assertThat(RunningBroker.body(stored)).isEqualTo("reply");
            assertThat(stored.property("CORRELATION_ID")).isEqualTo("7");
            assertThat(stored.property("PUSH_REPLY_TIME")).isNull();
            assertThat(broker.metric("firn_reply_delivered_total")).isEqualTo(1);
        }
    }

    @Test
    void readsTheLongNamesToo() {
        try (Requester requester = new Requester(broker, "r1", ResponseCode.SUCCESS)) {
            RemotingCommand answer = broker.call(
                            RequestCode.SEND_REPLY_MESSAGE,
                            "long".getBytes(UTF_8),
                            "topic",
                            TOPIC,
                            "queueId",
                            "-1",
                            "properties",
                            TO_R1)
                    .join();

            assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
            assertThat(requester.replies().getFirst().bodyBytes())
                    .asString(UTF_8)
                    .isEqualTo("long");
        }
    }

    @Test
    void storesNothingWhereThatIsSwitchedOff(@TempDir Path other) {
        try (RunningBroker forgetful = RunningBroker.open(other, "storeReplyMessageEnable=false");
                Requester requester = new Requester(forgetful, "r1", ResponseCode.SUCCESS)) {
            RemotingCommand answer = reply(forgetful, TO_R1);

            assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
            assertThat(answer.ext().get("msgId")).isEqualTo("0");
            assertThat(answer.ext().get("queueOffset")).isEqualTo("0");
            assertThat(requester.replies()).hasSize(1);
            RemotingCommand end = forgetful.ask(RequestCode.GET_MAX_OFFSET, "topic", TOPIC, "queueId", "0");
            assertThat(end.ext().requiredLong("offset")).isZero();
        }
    }

    @Test
    void isAsSafeAsAnyMessageUnderSyncFlush(@TempDir Path other) {
        try (RunningBroker sync = RunningBroker.open(other, "flushDiskType=SYNC_FLUSH");
                Requester requester = new Requester(sync, "r1", ResponseCode.SUCCESS)) {
            assertThat(reply(sync, TO_R1).code()).isEqualTo(ResponseCode.SUCCESS);
            assertThat(requester.replies()).hasSize(1);
        }
    }

    @Test
    void saysThatTheRequesterIsNotThereAndStoresTheReply() {
        RemotingCommand answer = reply(broker, TO_R1);

        assertThat(answer.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(answer.remark()).isEqualTo("push reply message fail, channel of <r1> not found.");
        assertThat(RunningBroker.body(stored(answer))).isEqualTo("reply");
        assertThat(broker.metric("firn_reply_unclaimed_total")).isEqualTo(1);
    }

    @Test
    void saysThatTheRequesterHungUp() {
        new Requester(broker, "r1", ResponseCode.SUCCESS).close();

        await().untilAsserted(() -> assertThat(reply(broker, TO_R1).remark()).endsWith("channel of <r1> not found."));
    }

    @ParameterizedTest
    @ValueSource(ints = {ResponseCode.SYSTEM_ERROR, ResponseCode.REQUEST_CODE_NOT_SUPPORTED})
    void saysThatTheRequesterDidNotTakeIt(int code) {
        try (Requester requester = new Requester(broker, "r1", code)) {
            RemotingCommand answer = reply(broker, TO_R1);

            assertThat(requester.replies()).hasSize(1);
            assertThat(answer.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
            assertThat(answer.remark()).isEqualTo("push reply message to r1fail.");
            assertThat(broker.metric("firn_reply_undelivered_total")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "no/such; 0; ; 29; illegal character",
                "RMQ_SYS_TRANS_HALF_TOPIC; 0; ; 16; is forbidden",
                "DefaultCluster_REPLY_TOPIC; 1; ; 29; queueId 1 is not below the 1 queues",
                "DefaultCluster_REPLY_TOPIC; 0; m=true; 13; a batch can not be a reply",
                "DefaultCluster_REPLY_TOPIC; 0; f=8; 13; says transactional",
                "Unknown; 0; c=NoTemplate; 17; topic[Unknown] not exist",
                "DefaultCluster_REPLY_TOPIC; 0; ; 1; reply message properties[REPLY_TO_CLIENT] is null",
            })
    void refusesWhatIsNoReply(String topic, int queueId, String field, int code, String remark) {
        String[] more = field == null ? new String[0] : field.split("=", -1);

        RemotingCommand answer = broker.call(
                        RequestCode.SEND_REPLY_MESSAGE_V2,
                        "reply".getBytes(UTF_8),
                        sendFields(topic, queueId, "CORRELATION_ID\u00017\u0002", more))
                .join();

        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.remark()).contains(remark);
    }

    @Test
    void createsAnUnknownTopicAsSendsDo() {
        try (Requester requester = new Requester(broker, "r1", ResponseCode.SUCCESS)) {
            RemotingCommand answer = broker.call(
                            RequestCode.SEND_REPLY_MESSAGE_V2,
                            "reply".getBytes(UTF_8),
                            sendFields("OtherCluster_REPLY_TOPIC", 0, TO_R1))
                    .join();

            assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
            assertThat(requester.replies()).hasSize(1);
        }
    }

    private static RemotingCommand reply(RunningBroker to, String properties, String... more) {
        return to.call(
                        RequestCode.SEND_REPLY_MESSAGE_V2,
                        "reply".getBytes(UTF_8),
                        sendFields(TOPIC, 0, properties, more))
                .join();
    }

    private RecordView stored(RemotingCommand answer) {
        long position = MessageId.parse(answer.ext().required("msgId")).position();
        RemotingCommand found = broker.ask(RequestCode.VIEW_MESSAGE_BY_ID, "offset", Long.toString(position));
        return RunningBroker.records(found).getFirst();
    }
}
