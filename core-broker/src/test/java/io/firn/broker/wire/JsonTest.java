package io.firn.broker.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.firn.broker.wire.body.BrokerRoute;
import io.firn.broker.wire.body.ClusterBody;
import io.firn.broker.wire.body.ConsumeFromWhere;
import io.firn.broker.wire.body.ConsumeStatsBody;
import io.firn.broker.wire.body.ConsumeType;
import io.firn.broker.wire.body.ConsumerBody;
import io.firn.broker.wire.body.ConsumerOffsetTable;
import io.firn.broker.wire.body.DataVersion;
import io.firn.broker.wire.body.GroupTopicBody;
import io.firn.broker.wire.body.HeartbeatBody;
import io.firn.broker.wire.body.KvTableBody;
import io.firn.broker.wire.body.LockRequestBody;
import io.firn.broker.wire.body.MessageModel;
import io.firn.broker.wire.body.MessageQueue;
import io.firn.broker.wire.body.ProducerBody;
import io.firn.broker.wire.body.QueueProgress;
import io.firn.broker.wire.body.QueueStats;
import io.firn.broker.wire.body.RegisterBrokerBody;
import io.firn.broker.wire.body.ResetOffsetBody;
import io.firn.broker.wire.body.SubscriptionBody;
import io.firn.broker.wire.body.SubscriptionGroupBody;
import io.firn.broker.wire.body.TopicConfigBody;
import io.firn.broker.wire.body.TopicConfigTable;
import io.firn.broker.wire.body.TopicListBody;
import io.firn.broker.wire.body.TopicRouteBody;
import io.firn.broker.wire.body.TopicStatsBody;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies; the samples with sorted fields are what Apache RocketMQ 5.5.0 wrote. */
class JsonTest {
    private static final MessageQueue QUEUE_0 = new MessageQueue("T", "b-a", 0);
    private static final MessageQueue QUEUE_1 = new MessageQueue("T", "b-a", 1);

    private static <T> T decode(String json, Class<T> type) {
        return Json.decode(json.getBytes(UTF_8), type);
    }

    private static String encode(Object body) {
        return new String(Json.encode(body), UTF_8);
    }

    @Test
    void readsAHeartbeat() {
        HeartbeatBody heartbeat = decode(
                "{\"clientID\":\"10.0.0.9@77#123\",\"consumerDataSet\":[{\"consumeFromWhere\":\"CONSUME_FROM_TIMESTAMP\","
                        + "\"consumeType\":\"CONSUME_PASSIVELY\",\"groupName\":\"CG\",\"messageModel\":\"BROADCASTING\","
                        + "\"subscriptionDataSet\":[{\"classFilterMode\":false,\"codeSet\":[97,98],\"expressionType\":\"TAG\","
                        + "\"subString\":\"a || b\",\"subVersion\":1795398511242,\"tagsSet\":[\"a\",\"b\"],\"topic\":\"T\"}],"
                        + "\"unitMode\":false}],\"heartbeatFingerprint\":0,\"producerDataSet\":[{\"groupName\":\"PG\"}],"
                        + "\"withoutSub\":false}",
                HeartbeatBody.class);
        assertThat(heartbeat)
                .isEqualTo(new HeartbeatBody(
                        "10.0.0.9@77#123",
                        List.of(new ProducerBody("PG")),
                        List.of(new ConsumerBody(
                                "CG",
                                ConsumeType.CONSUME_PASSIVELY,
                                MessageModel.BROADCASTING,
                                ConsumeFromWhere.CONSUME_FROM_TIMESTAMP,
                                List.of(new SubscriptionBody(
                                        "T",
                                        "a || b",
                                        List.of("a", "b"),
                                        List.of(97, 98),
                                        1795398511242L,
                                        "TAG",
                                        false)),
                                false)),
                        0,
                        false));
        assertThat(decode(encode(heartbeat), HeartbeatBody.class)).isEqualTo(heartbeat);
    }

    @Test
    void readsMissingAndNullComponentsAsEmpty() {
        HeartbeatBody empty = new HeartbeatBody("", List.of(), List.of(), 0, false);
        assertThat(decode("{}", HeartbeatBody.class)).isEqualTo(empty);
        assertThat(decode(
                        "{\"clientID\":null,\"producerDataSet\":null,\"consumerDataSet\":[null],\"heartbeatFingerprint\":null,"
                                + "\"unknown\":{\"a\":[1]}}",
                        HeartbeatBody.class))
                .isEqualTo(empty);
        assertThat(decode("{\"table\":{\"a\":null,\"b\":\"c\"}}", KvTableBody.class)
                        .table())
                .isEqualTo(Map.of("b", "c"));
        assertThat(decode("{}", RegisterBrokerBody.class)
                        .topicConfigSerializeWrapper()
                        .topicConfigTable())
                .isEmpty();
    }

    @Test
    void readsEnumNamesItDoesNotKnowAsTheUsualOne() {
        ConsumerBody consumer = decode(
                "{\"groupName\":\"g\",\"consumeType\":\"CONSUME_TELEPATHIC\",\"messageModel\":null}",
                ConsumerBody.class);
        assertThat(consumer.consumeType()).isEqualTo(ConsumeType.CONSUME_PASSIVELY);
        assertThat(consumer.messageModel()).isEqualTo(MessageModel.CLUSTERING);
    }

    @Test
    void readsBareNumbersAndWordsAsFieldNames() {
        assertThat(decode("{\"offsetTable\":{\"T@g\":{0:12,1:3}}}", ConsumerOffsetTable.class)
                        .offsetTable())
                .isEqualTo(Map.of("T@g", Map.of(0, 12L, 1, 3L)));
        assertThat(decode("{offsetTable:{\"T@g\" : { 0 :12 , \"1\":3}}}", ConsumerOffsetTable.class)
                        .offsetTable())
                .isEqualTo(Map.of("T@g", Map.of(0, 12L, 1, 3L)));
        assertThat(decode(
                        "{\"brokerAddrTable\":{\"b-a\":{\"brokerAddrs\":{0:\"10.0.0.1:10911\"},\"brokerName\":\"b-a\",\"cluster\":\"C\","
                                + "\"enableActingMaster\":false}},\"clusterAddrTable\":{\"C\":[\"b-a\"]}}",
                        ClusterBody.class))
                .isEqualTo(new ClusterBody(
                        Map.of("b-a", new BrokerRoute("C", "b-a", Map.of(0L, "10.0.0.1:10911"), null, false)),
                        Map.of("C", List.of("b-a"))));
    }

    @Test
    void readsObjectsAsMapKeys() {
        ConsumeStatsBody stats = decode(
                "{\"consumeTps\":0.0,\"offsetTable\":{{\"brokerName\":\"b-a\",\"queueId\":0,\"topic\":\"T\"}:"
                        + "{\"brokerOffset\":3,\"consumerOffset\":1,\"lastTimestamp\":0,\"pullOffset\":2},"
                        + "{\"brokerName\":\"b-a\",\"queueId\":1,\"topic\":\"T\"}:"
                        + "{\"brokerOffset\":3,\"consumerOffset\":1,\"lastTimestamp\":0,\"pullOffset\":2}}}",
                ConsumeStatsBody.class);
        QueueProgress progress = new QueueProgress(3, 1, 2, 0);
        assertThat(stats.offsetTable()).isEqualTo(Map.of(QUEUE_0, progress, QUEUE_1, progress));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"offsetTable\":{{\"brokerName\":\"b-a\",\"queueId\":0,\"topic\":\"T\"}:5}}",
                "{ \"offsetTable\" :\n{\n\t{ \"brokerName\" : \"b-a\",\n\t\"queueId\":0, topic:\"T\" }\n:\n5 } }",
                "{\"offsetTable\":{\"{\\\"topic\\\":\\\"T\\\",\\\"brokerName\\\":\\\"b-a\\\",\\\"queueId\\\":0}\":5}}",
                "{\"offsetTable\":{{\"brokerName\":\"b-a\",\"queueId\":0,\"topic\":\"T\",\"x\":\"}{\\\"\"}:5}}",
            })
    void readsAnObjectKeyInEveryForm(String json) {
        assertThat(decode(json, ResetOffsetBody.class).offsetTable()).isEqualTo(Map.of(QUEUE_0, 5L));
    }

    @Test
    void writesQueuesAsRawKeys() {
        Map<MessageQueue, QueueStats> table = new TreeMap<>();
        table.put(QUEUE_1, new QueueStats(0, 9, 6));
        table.put(QUEUE_0, new QueueStats(0, 3, 1795398793034L));
        TopicStatsBody stats = new TopicStatsBody(0.2, table);
        assertThat(encode(stats))
                .isEqualTo("{\"topicPutTps\":0.2,\"offsetTable\":{"
                        + "{\"topic\":\"T\",\"brokerName\":\"b-a\",\"queueId\":0}:"
                        + "{\"minOffset\":0,\"maxOffset\":3,\"lastUpdateTimestamp\":1795398793034},"
                        + "{\"topic\":\"T\",\"brokerName\":\"b-a\",\"queueId\":1}:"
                        + "{\"minOffset\":0,\"maxOffset\":9,\"lastUpdateTimestamp\":6}}}");
        assertThat(decode(encode(stats), TopicStatsBody.class)).isEqualTo(stats);
        assertThat(encode(new TopicStatsBody(0, Map.of()))).isEqualTo("{\"topicPutTps\":0.0,\"offsetTable\":{}}");
    }

    @Test
    void escapesWhatIsInARawKey() {
        ResetOffsetBody body = new ResetOffsetBody(Map.of(new MessageQueue("a\"b\\c", "\u96ea", -1), 5L));
        assertThat(encode(body))
                .isEqualTo(
                        "{\"offsetTable\":{{\"topic\":\"a\\\"b\\\\c\",\"brokerName\":\"\u96ea\",\"queueId\":-1}:5}}");
        assertThat(decode(encode(body), ResetOffsetBody.class)).isEqualTo(body);
    }

    @Test
    void quotesEveryOtherKeyAndLeavesAbsentComponentsOut() {
        Map<Long, String> addresses = new TreeMap<>(Map.of(0L, "10.0.0.1:10911", 1L, "10.0.0.2:10911"));
        assertThat(encode(new TopicRouteBody(
                        null, List.of(), List.of(new BrokerRoute("C", "b-a", addresses, null, false)), Map.of())))
                .isEqualTo(
                        "{\"queueDatas\":[],\"brokerDatas\":[{\"cluster\":\"C\",\"brokerName\":\"b-a\",\"brokerAddrs\":"
                                + "{\"0\":\"10.0.0.1:10911\",\"1\":\"10.0.0.2:10911\"},\"enableActingMaster\":false}],"
                                + "\"filterServerTable\":{}}");
        assertThat(encode(new KvTableBody(Map.of("{\"x\":1}", "caf\u00e9 \ud83d\ude00 \"\n"))))
                .isEqualTo("{\"table\":{\"{\\\"x\\\":1}\":\"caf\u00e9 \ud83d\ude00 \\\"\\n\"}}");
    }

    @Test
    void readsTheFilesThatApacheWrites() {
        TopicConfigTable table = decode("""
                {
                \t"dataVersion":{
                \t\t"counter":2,
                \t\t"stateVersion":0,
                \t\t"timestamp":1795425309453
                \t},
                \t"topicConfigTable":{
                \t\t"T":{
                \t\t\t"attributes":{
                \t\t\t\t"message.type":"FIFO"
                \t\t\t},
                \t\t\t"order":false,
                \t\t\t"perm":6,
                \t\t\t"readQueueNums":4,
                \t\t\t"topicFilterType":"SINGLE_TAG",
                \t\t\t"topicName":"T",
                \t\t\t"topicSysFlag":0,
                \t\t\t"writeQueueNums":4
                \t\t}
                \t}
                }""", TopicConfigTable.class);
        assertThat(table)
                .isEqualTo(new TopicConfigTable(
                        Map.of(
                                "T",
                                new TopicConfigBody(
                                        "T", 4, 4, 6, "SINGLE_TAG", 0, false, Map.of("message.type", "FIFO"))),
                        new DataVersion(0, 1795425309453L, 2)));
        assertThat(decode(Json.pretty(table), TopicConfigTable.class)).isEqualTo(table);
        assertThat(Json.pretty(new DataVersion(1, 2, 3)))
                .isEqualTo("{\n  \"stateVersion\": 1,\n  \"timestamp\": 2,\n  \"counter\": 3\n}\n");
        assertThat(Json.pretty(new TopicListBody(List.of(), null))).isEqualTo("{\n  \"topicList\": []\n}\n");
    }

    @Test
    void readsAGroupAsApacheWritesIt() {
        assertThat(decode(
                        "{\"attributes\":{},\"brokerId\":0,\"consumeBroadcastEnable\":true,\"consumeEnable\":true,"
                                + "\"consumeFromMinEnable\":true,\"consumeMessageOrderly\":false,\"consumeTimeoutMinute\":15,"
                                + "\"groupName\":\"g\",\"groupRetryPolicy\":{\"type\":\"CUSTOMIZED\"},\"groupSysFlag\":0,"
                                + "\"notifyConsumerIdsChangedEnable\":true,\"retryMaxTimes\":16,\"retryQueueNums\":1,"
                                + "\"whichBrokerWhenConsumeSlowly\":1}",
                        SubscriptionGroupBody.class))
                .isEqualTo(SubscriptionGroupBody.defaults("g"));
    }

    @Test
    void refusesABodyThatLooksLikeAnotherEncoding() {
        byte[] likeUtf32 = {0, 0, 0, '{', 'i', 'd', 'n', 't'};

        assertThatExceptionOfType(RequestException.class)
                .isThrownBy(() -> Json.decode(likeUtf32, HeartbeatBody.class))
                .withMessageContaining("HeartbeatBody");
    }

    @Test
    void readsAGroupThatLeavesMostOut() {
        assertThat(decode("{\"groupName\":\"g\",\"consumeEnable\":null}", SubscriptionGroupBody.class))
                .isEqualTo(SubscriptionGroupBody.defaults("g"));
    }

    @Test
    void readsAndWritesWhatAGroupDeclaresToConsume() {
        String json = "[{\"topic\":\"T\",\"expressionType\":\"SQL92\",\"expression\":\"a > 1\",\"version\":7}]";
        SubscriptionGroupBody group =
                decode("{\"groupName\":\"g\",\"subscriptionDataSet\":" + json + "}", SubscriptionGroupBody.class);

        assertThat(group.subscriptionDataSet()).containsExactly(new GroupTopicBody("T", "SQL92", "a > 1", 7));
        assertThat(new String(Json.encode(group), UTF_8)).contains("\"subscriptionDataSet\":" + json);
    }

    @Test
    void readsALockRequest() {
        assertThat(decode(
                        "{\"clientId\":\"c\",\"consumerGroup\":\"g\",\"mqSet\":[{\"brokerName\":\"b-a\",\"queueId\":0,\"topic\":\"T\"}],"
                                + "\"onlyThisBroker\":false}",
                        LockRequestBody.class))
                .isEqualTo(new LockRequestBody("g", "c", List.of(QUEUE_0), false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "5",
                "\"x\"",
                "{",
                "{\"offsetTable\"",
                "{\"offsetTable\":{",
                "{\"offsetTable\":{{",
                "{\"offsetTable\":{{\"topic\":\"T\"",
                "{\"offsetTable\":{{\"topic\":\"T\"}",
                "{\"offsetTable\":{{\"topic\":\"T\"}:x}}",
                "{\"offsetTable\":{{\"topic\":\"T\",\"queueId\":\"x\"}:5}}",
                "{\"offsetTable\":{\"T@b-a@0\":5}}",
                "{\"offsetTable\":{{{\"topic\":\"T\"}:1}:5}}",
                "{\"offsetTable\":5}",
                "{\"offsetTable\":{}} {}",
                "{\"offsetTable\":{}}}",
                "{'offsetTable':{}}x",
            })
    void namesTheBodyThatIsNone(String json) {
        assertThatExceptionOfType(RequestException.class)
                .isThrownBy(() -> decode(json, ResetOffsetBody.class))
                .withMessageStartingWith("body is not the JSON of a ResetOffsetBody: ")
                .returns(ResponseCode.SYSTEM_ERROR, RequestException::code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[", "{\"a\":", "{{", "{{\"a\":1}:", "{\"a\":{{", "\"", "\\", "}", "0,"})
    void refusesRepeatedNonsenseInLinearTime(String piece) {
        byte[] body = piece.repeat(500_000 / piece.length()).getBytes(UTF_8);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> assertThatExceptionOfType(RequestException.class)
                        .isThrownBy(() -> Json.decode(body, ResetOffsetBody.class)));
    }
}
