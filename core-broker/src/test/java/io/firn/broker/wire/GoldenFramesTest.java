package io.firn.broker.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.runtime.Utf8Cache;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Frames that Apache RocketMQ 5.5.0's encoder wrote, and the samples of the protocol reference. */
class GoldenFramesTest {
    private static final String PROPERTIES = "KEYS\u0001k1 k2\u0002UNIQ_KEY\u00010A00000900B718B4AAC2265C5B6F0000\u0002"
            + "name\u0001caf\u00e9 \u96ea \ud83d\ude00 \"q\\/\u0002WAIT\u0001true\u0002TAGS\u0001TagA\u0002";

    private final Utf8Cache names = new Utf8Cache(64);

    @ParameterizedTest
    @EnumSource
    void readsASendWithOneLetterNames(SerializeType type) {
        RemotingCommand command = RemotingCommand.decode(Frames.golden("SEND_V2 " + type));
        assertThat(command.code()).isEqualTo(RequestCode.SEND_MESSAGE_V2);
        assertThat(command.opaque()).isEqualTo(77);
        assertThat(command.flag()).isZero();
        assertThat(command.version()).isEqualTo(ProtocolVersion.CURRENT);
        assertThat(command.language()).isEqualTo(LanguageCode.JAVA);
        assertThat(command.serializeType()).isEqualTo(type);
        assertThat(command.bodyBytes()).isEqualTo("hello".getBytes(UTF_8));
        assertThat(command.ext().get("bname")).isEqualTo("broker-a");
        assertIsTheSend(command);
    }

    @ParameterizedTest
    @EnumSource
    void readsASendWithLongNames(SerializeType type) {
        RemotingCommand command = RemotingCommand.decode(Frames.golden("SEND_V1 " + type));
        assertThat(command.code()).isEqualTo(RequestCode.SEND_MESSAGE);
        assertThat(command.opaque()).isEqualTo(78);
        assertIsTheSend(command);
    }

    private void assertIsTheSend(RemotingCommand command) {
        SendHeader send = new SendHeader();
        send.parse(command, names);
        assertThat(send.producerGroup()).isEqualTo("PG");
        assertThat(send.topic()).isEqualTo("TopicTest");
        assertThat(send.defaultTopic()).isEqualTo("TBW102");
        assertThat(send.defaultTopicQueueNums()).isEqualTo(4);
        assertThat(send.queueId()).isEqualTo(2);
        assertThat(send.sysFlag()).isZero();
        assertThat(send.bornTimestamp()).isEqualTo(1795398510693L);
        assertThat(send.flag()).isEqualTo(7);
        assertThat(send.reconsumeTimes()).isEqualTo(1);
        assertThat(send.maxReconsumeTimes()).isEqualTo(16);
        assertThat(send.unitMode()).isFalse();
        assertThat(send.batch()).isFalse();
        assertThat(new String(send.properties(), send.propertiesOffset(), send.propertiesLength(), UTF_8))
                .isEqualTo(PROPERTIES);
    }

    @ParameterizedTest
    @EnumSource
    void readsAPull(SerializeType type) {
        RemotingCommand command = RemotingCommand.decode(Frames.golden("PULL " + type));
        assertThat(command.opaque()).isEqualTo(-5);
        assertThat(command.bodyLength()).isZero();
        PullHeader pull = new PullHeader();
        pull.parse(command, names);
        assertThat(pull.consumerGroup()).isEqualTo("CG");
        assertThat(pull.topic()).isEqualTo("TopicTest");
        assertThat(pull.queueId()).isEqualTo(3);
        assertThat(pull.queueOffset()).isEqualTo(12345678901L);
        assertThat(pull.maxMsgNums()).isEqualTo(32);
        assertThat(pull.sysFlag()).isEqualTo(3);
        assertThat(pull.commitsOffset()).isTrue();
        assertThat(pull.maySuspend()).isTrue();
        assertThat(pull.hasSubscription()).isFalse();
        assertThat(pull.isLitePull()).isFalse();
        assertThat(pull.commitOffset()).isEqualTo(12345678900L);
        assertThat(pull.suspendTimeoutMillis()).isEqualTo(15000);
        assertThat(pull.subscription()).isEqualTo("a || b");
        assertThat(pull.subVersion()).isEqualTo(1795398511242L);
        assertThat(pull.expressionType()).isEqualTo("TAG");
        assertThat(pull.maxMsgBytes()).isEqualTo(262144);
        assertThat(pull.proxyForwardClientId()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void readsAResponseWithARemark(SerializeType type) {
        RemotingCommand command = RemotingCommand.decode(Frames.golden("RESPONSE " + type));
        assertThat(command.isResponse()).isTrue();
        assertThat(command.code()).isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
        assertThat(command.remark()).isEqualTo("topic[\u96ea] not \"exist\"\n");
        assertThat(command.ext().asMap()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void readsARequestWithoutExtFieldsAndRemark(SerializeType type) {
        RemotingCommand command = RemotingCommand.decode(Frames.golden("NOEXT " + type));
        assertThat(command.code()).isEqualTo(RequestCode.HEART_BEAT);
        assertThat(command.isOneway()).isTrue();
        assertThat(command.isResponse()).isFalse();
        assertThat(command.remark()).isNull();
        assertThat(command.ext().asMap()).isEmpty();
        assertThat(command.ext().get("topic")).isNull();
    }

    @Test
    void writesTheSampleResponseOfTheRocketmqEncoding() {
        byte[] body = {1, 2, 3};
        ExtKey queueId = ExtKey.of("queueId");
        FrameHead head = FrameHead.response(SerializeType.ROCKETMQ, 0, 7, "ok");
        // The sample's sender gave version 0; ours is 0x0201.
        assertThat(HexFormat.of().formatHex(Frames.written(head, out -> out.put(queueId, 3), body)))
                .isEqualTo("0000002c01000025000000020100000007000000010000000"
                        + "26f6b0000000e00077175657565496400000001" + "33010203");
    }

    @Test
    void readsTheSampleResponseOfTheRocketmqEncoding() {
        RemotingCommand command = RemotingCommand.decode(HexFormat.of()
                .parseHex("0000002c010000250000000000000000070000000100000002"
                        + "6f6b0000000e0007717565756549640000000133010203"));
        assertThat(command.opaque()).isEqualTo(7);
        assertThat(command.isResponse()).isTrue();
        assertThat(command.remark()).isEqualTo("ok");
        assertThat(command.ext().asMap()).isEqualTo(Map.of("queueId", "3"));
        assertThat(command.bodyBytes()).isEqualTo(new byte[] {1, 2, 3});
    }

    @ParameterizedTest
    @EnumSource
    void writesWhatApacheWritesForARequestWithoutExtFields(SerializeType type) {
        FrameHead head = new FrameHead(type, RequestCode.HEART_BEAT, FrameHead.FLAG_ONEWAY, 10, null);
        byte[] ours = Frames.written(head, HeaderFields.NONE, new byte[0]);
        byte[] theirs = Frames.golden("NOEXT " + type);
        if (type == SerializeType.JSON) {
            // We always write the map, so that no client finds null.
            assertThat(new String(ours, 8, ours.length - 8, UTF_8))
                    .isEqualTo(new String(theirs, 8, theirs.length - 8, UTF_8)
                            .replace(",\"flag\"", ",\"extFields\":{},\"flag\""));
        } else {
            assertThat(ours).isEqualTo(theirs);
        }
    }

    @Test
    void leavesABatchBodyAsItCame() {
        byte[] batch = Frames.golden("BATCH_BODY -");
        byte[] header = "{\"code\":320,\"extFields\":{\"b\":\"T\",\"e\":\"0\"}}".getBytes(UTF_8);
        RemotingCommand command = RemotingCommand.decode(Frames.json(header, batch));
        SendHeader send = new SendHeader();
        send.parse(command, names);
        assertThat(send.batch()).isTrue();
        assertThat(command.bodyBytes()).isEqualTo(batch);
    }
}
