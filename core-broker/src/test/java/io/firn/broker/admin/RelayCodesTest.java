package io.firn.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageId;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.ConsumerStatusBody;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tools ask of consumers by way of the broker, over sockets. */
final class RelayCodesTest {

    @TempDir
    Path root;

    private AdminRoom room;

    @BeforeEach
    void open() {
        room = AdminRoom.open(root);
        room.createTopic("T1", 2);
        room.store("T1", 0, "message");
    }

    @AfterEach
    void close() {
        room.close();
        assertThat(room.faults).isEmpty();
    }

    @Test
    void asksAConsumerForItsStateAndHandsTheAnswerOn() {
        room.heartbeat("client-1", "PG", "CG", "T1");

        RemotingCommand answer = room.ask(
                RequestCode.GET_CONSUMER_RUNNING_INFO,
                "consumerGroup",
                "CG",
                "clientId",
                "client-1",
                "jstackEnable",
                "true",
                "unknown",
                "dropped");

        assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(AdminRoom.text(answer)).isEqualTo("{consumerGroup=CG, clientId=client-1, jstackEnable=true}");
    }

    @Test
    void letsAConsumerConsumeAStoredMessage() {
        room.heartbeat("client-1", "PG", "CG", "T1");

        RemotingCommand answer = consumeDirectly(id(0));

        RecordView record = new RecordView().wrap(MemorySegment.ofArray(answer.bodyBytes()), 0, answer.bodyLength());
        assertThat(record.inspect(0, Verify.CRC)).isEqualTo(RecordStatus.OK);
        assertThat(record.totalSize()).isEqualTo(answer.bodyLength());
    }

    @Test
    void saysWhichMessageIsNotThere() {
        room.heartbeat("client-1", "PG", "CG", "T1");

        assertThat(consumeDirectly(id(1)).remark()).contains("stands where the id");
        assertThat(consumeDirectly(id(Long.MAX_VALUE)).remark()).contains("stands where the id");
        assertThat(consumeDirectly(id(-1)).remark()).contains("stands where the id");
        assertThat(consumeDirectly("XYZ").remark()).contains("message id XYZ is not one");
        assertThat(consumeDirectly("XYZ").code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
    }

    @Test
    void doesNotAskConsumersThatCanNotAnswer() {
        room.heartbeat("client-1", "PG", "CG", "T1", "claimedVersion", "61");

        assertThat(consumeDirectly(id(0)).remark()).contains("too old");
        RemotingCommand absent =
                room.ask(RequestCode.GET_CONSUMER_RUNNING_INFO, "consumerGroup", "CG", "clientId", "client-9");
        assertThat(absent.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(absent.remark()).isEqualTo("The Consumer <CG> <client-9> not online");
    }

    @Test
    void collectsTheOffsetsThatConsumersHold() {
        room.heartbeat("client-1", "PG", "CG", "T1");

        ConsumerStatusBody all = room.bodyOf(status("CG"), ConsumerStatusBody.class);
        ConsumerStatusBody one = room.bodyOf(status("CG", "clientAddr", "client-1"), ConsumerStatusBody.class);

        assertThat(all.consumerTable()).containsOnly(Map.entry("client-1", Map.of(ConsumerSide.QUEUE, 42L)));
        assertThat(one).isEqualTo(all);
    }

    @Test
    void saysWhichConsumersDidNotTellTheirOffsets() {
        room.heartbeat("client-1", "PG", "Broken", "T1");
        room.heartbeat("client-2", "PG", "Old", "T1", "claimedVersion", "27");

        assertThat(status("Nobody").remark()).contains("No Any Consumer online in the consumer group: [Nobody]");
        assertThat(status("Broken").remark()).isEqualTo("consumers [client-1] did not tell their offsets");
        assertThat(status("Old").remark()).isEqualTo("consumers [client-2] did not tell their offsets");
        assertThat(status("Old").code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(status("Old", "clientAddr", "client-9").remark())
                .isEqualTo("The Consumer <Old> <client-9> not online");
    }

    private static String id(long position) {
        return new MessageId(HostAddress.parse(AdminRoom.ADDRESS), position).toString();
    }

    private RemotingCommand status(String group, String... more) {
        String[] fields = new String[more.length + 4];
        System.arraycopy(new String[] {"topic", "T1", "group", group}, 0, fields, 0, 4);
        System.arraycopy(more, 0, fields, 4, more.length);
        return room.ask(RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS, fields);
    }

    private RemotingCommand consumeDirectly(String messageId) {
        return room.ask(
                RequestCode.CONSUME_MESSAGE_DIRECTLY,
                "consumerGroup",
                "CG",
                "clientId",
                "client-1",
                "msgId",
                messageId);
    }
}
