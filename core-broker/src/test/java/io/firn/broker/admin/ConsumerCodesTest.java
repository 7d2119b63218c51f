package io.firn.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.topic.Topic;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.ConnectionBody;
import io.firn.broker.wire.body.ConsumeStatsBody;
import io.firn.broker.wire.body.ConsumeStatsListBody;
import io.firn.broker.wire.body.ConsumerConnectionBody;
import io.firn.broker.wire.body.GroupListBody;
import io.firn.broker.wire.body.GroupSubscriptionBody;
import io.firn.broker.wire.body.MessageQueue;
import io.firn.broker.wire.body.ProducerClientBody;
import io.firn.broker.wire.body.ProducerConnectionBody;
import io.firn.broker.wire.body.ProducerTableBody;
import io.firn.broker.wire.body.QueueProgress;
import io.firn.broker.wire.body.ResetOffsetBody;
import io.firn.broker.wire.body.SubscriptionBody;
import io.firn.broker.wire.body.SubscriptionGroupBody;
import io.firn.broker.wire.body.TopicListBody;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tools see of clients and of how far they are, and how they move groups, over a socket. */
final class ConsumerCodesTest {

    @TempDir
    Path root;

    private AdminRoom room;

    @BeforeEach
    void open() {
        room = AdminRoom.open(root);
        room.createTopic("T1", 2);
        for (int i = 0; i < 5; i++) {
            room.store("T1", 0, "message " + i);
            room.clock.advance(Duration.ofSeconds(1));
        }
    }

    @AfterEach
    void close() {
        room.close();
        assertThat(room.faults).isEmpty();
    }

    @Test
    void showsTheConsumersOfAGroup() {
        room.heartbeat("client-1", "PG", "CG", "T1");

        ConsumerConnectionBody seen = room.bodyOf(
                room.ask(RequestCode.GET_CONSUMER_CONNECTION_LIST, "consumerGroup", "CG"),
                ConsumerConnectionBody.class);

        assertThat(seen.connectionSet())
                .singleElement()
                .extracting(ConnectionBody::clientId, ConnectionBody::language, ConnectionBody::version)
                .containsExactly("client-1", "JAVA", 513);
        assertThat(seen.subscriptionTable()).containsOnlyKeys("T1");
    }

    @Test
    void saysThatAGroupIsNotOnline() {
        RemotingCommand answer = room.ask(RequestCode.GET_CONSUMER_CONNECTION_LIST, "consumerGroup", "G9");

        assertThat(answer.code()).isEqualTo(ResponseCode.CONSUMER_NOT_ONLINE);
        assertThat(answer.remark()).isEqualTo("the consumer group[G9] not online");
    }

    @Test
    void showsProducersOfOneGroupAndOfAll() {
        room.heartbeat("client-1", "PG", "CG", "T1");

        ProducerConnectionBody one = room.bodyOf(
                room.ask(RequestCode.GET_PRODUCER_CONNECTION_LIST, "producerGroup", "PG"),
                ProducerConnectionBody.class);
        ProducerTableBody all = room.bodyOf(room.ask(RequestCode.GET_ALL_PRODUCER_INFO), ProducerTableBody.class);

        assertThat(one.connectionSet()).extracting(ConnectionBody::clientId).containsExactly("client-1");
        assertThat(all.data()).containsOnlyKeys("PG");
        assertThat(all.data().get("PG"))
                .singleElement()
                .extracting(ProducerClientBody::clientId, ProducerClientBody::lastUpdateTimestamp)
                .containsExactly("client-1", AdminRoom.NOW_MS + 5_000);
        assertThat(room.ask(RequestCode.GET_PRODUCER_CONNECTION_LIST, "producerGroup", "P9")
                        .code())
                .isEqualTo(ResponseCode.SYSTEM_ERROR);
    }

    @Test
    void tellsWhoReadsATopicAndWhatAGroupReads() {
        room.heartbeat("client-1", "PG", "CG", "T1");
        room.groups.offsets().commit("G1", "T1", 0, 1);

        assertThat(room.bodyOf(room.ask(RequestCode.QUERY_TOPIC_CONSUME_BY_WHO, "topic", "T1"), GroupListBody.class)
                        .groupList())
                .containsExactly("CG", "G1");
        assertThat(room.bodyOf(room.ask(RequestCode.QUERY_TOPIC_CONSUME_BY_WHO, "topic", "T9"), GroupListBody.class)
                        .groupList())
                .isEmpty();
        assertThat(room.bodyOf(room.ask(RequestCode.QUERY_TOPICS_BY_CONSUMER, "group", "G1"), TopicListBody.class)
                        .topicList())
                .containsExactly("T1");
        GroupSubscriptionBody subscription = room.bodyOf(
                room.ask(RequestCode.QUERY_SUBSCRIPTION_BY_CONSUMER, "group", "CG", "topic", "T1"),
                GroupSubscriptionBody.class);
        assertThat(subscription.subscriptionData())
                .isNotNull()
                .extracting(SubscriptionBody::subString)
                .isEqualTo("a");
        assertThat(room.bodyOf(
                                room.ask(RequestCode.QUERY_SUBSCRIPTION_BY_CONSUMER, "group", "G9", "topic", "T1"),
                                GroupSubscriptionBody.class)
                        .subscriptionData())
                .isNull();
    }

    @Test
    void showsHowFarAGroupIs() {
        room.groups.offsets().commit("G1", "T1", 0, 2);

        RemotingCommand answer = room.ask(RequestCode.GET_CONSUME_STATS, "consumerGroup", "G1");

        assertThat(AdminRoom.text(answer)).contains("{{\"topic\":\"T1\",\"brokerName\":\"broker-t\",\"queueId\":0}:{");
        assertThat(room.bodyOf(answer, ConsumeStatsBody.class).offsetTable())
                .isEqualTo(Map.of(
                        queue(0), new QueueProgress(5, 2, 2, AdminRoom.NOW_MS + 1_000),
                        queue(1), new QueueProgress(0, 0, 0, 0)));
    }

    @ParameterizedTest
    @CsvSource({"G9, '', ''", "G1, T9, ''", "G1, '', 'T8;T9'"})
    void showsAnEmptyTableForWhatIsNotThere(String group, String topic, String list) {
        room.groups.offsets().commit("G1", "T1", 0, 2);

        RemotingCommand answer =
                room.ask(RequestCode.GET_CONSUME_STATS, "consumerGroup", group, "topic", topic, "topicList", list);

        assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(room.bodyOf(answer, ConsumeStatsBody.class).offsetTable()).isEmpty();
    }

    @Test
    void leavesOutTopicsThatAConnectedGroupGaveUp() {
        room.createTopic("T2", 1);
        room.groups.offsets().commit("CG", "T1", 0, 2);
        room.heartbeat("client-1", "PG", "CG", "T2");

        RemotingCommand answer = room.ask(RequestCode.GET_CONSUME_STATS, "consumerGroup", "CG", "topicList", "T1;T2");

        assertThat(room.bodyOf(answer, ConsumeStatsBody.class).offsetTable().keySet())
                .extracting(MessageQueue::topic)
                .containsOnly("T2");
    }

    @Test
    void showsHowFarAllGroupsAre() {
        room.topics.put(Topic.of("T3", 1, 6).withOrder(true)).join();
        room.store("T3", 0, "ordered");
        room.groups.configs().put(SubscriptionGroupBody.defaults("G1")).join();
        room.groups.offsets().commit("G1", "T1", 0, 2);
        room.groups.offsets().commit("G1", "T3", 0, 0);

        ConsumeStatsListBody any = stats("false");
        ConsumeStatsListBody ordered = stats("true");

        assertThat(any.totalDiff()).isEqualTo(4);
        assertThat(any.brokerAddr()).isEqualTo(AdminRoom.ADDRESS);
        assertThat(any.consumeStatsList())
                .filteredOn(group -> group.containsKey("G1"))
                .singleElement()
                .satisfies(group -> assertThat(group.get("G1")).hasSize(2));
        assertThat(ordered.totalDiff()).isEqualTo(1);
    }

    private ConsumeStatsListBody stats(String ordered) {
        return room.bodyOf(
                room.ask(RequestCode.GET_BROKER_CONSUME_STATS, "isOrder", ordered), ConsumeStatsListBody.class);
    }

    @Test
    void movesAGroupToATimeInAllQueues() {
        room.groups.configs().put(SubscriptionGroupBody.defaults("G1")).join();

        RemotingCommand answer = reset("timestamp", Long.toString(AdminRoom.NOW_MS + 1_500), "isForce", "false");

        assertThat(AdminRoom.text(answer))
                .isEqualTo("{\"offsetTable\":{{\"topic\":\"T1\",\"brokerName\":\"broker-t\",\"queueId\":0}:2,"
                        + "{\"topic\":\"T1\",\"brokerName\":\"broker-t\",\"queueId\":1}:0}}");
        assertThat(room.groups.offsets().query("G1", "T1", 0)).isEqualTo(2);
        assertThat(room.groups.offsets().isResetPending("G1", "T1", 0)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"-1, 5", "0, 0", "1700000000000, 0", "1700000000001, 1", "1800000000000, 5"})
    void findsTheOffsetOfATime(String timestamp, long offset) {
        room.groups.configs().put(SubscriptionGroupBody.defaults("G1")).join();

        ResetOffsetBody body = room.bodyOf(reset("timestamp", timestamp, "isForce", "true"), ResetOffsetBody.class);

        assertThat(body.offsetTable()).containsEntry(queue(0), offset);
    }

    @Test
    void movesAGroupToAnOffsetInOneQueue() {
        room.groups.configs().put(SubscriptionGroupBody.defaults("G1")).join();

        ResetOffsetBody body =
                room.bodyOf(reset("timestamp", "0", "queueId", "0", "offset", "3"), ResetOffsetBody.class);

        assertThat(body.offsetTable()).containsExactly(Map.entry(queue(0), 3L));
    }

    @ParameterizedTest
    @CsvSource({
        "G1, T1, 0, 9, 1, Target offset 9 not in consume queue range [0-5]",
        "G1, T1, 7, 0, 29, queueId 7 is not below the 2 readable queues",
        "G1, T1, -2, 0, 29, queueId -2",
        "G1, T9, 0, 0, 17, T9",
        "G9, T1, 0, 0, 26, Group G9 does not exist"
    })
    void refusesToMoveWhereNothingIs(String group, String topic, String queue, String offset, int code, String why) {
        room.groups.configs().put(SubscriptionGroupBody.defaults("G1")).join();

        RemotingCommand answer = room.ask(
                RequestCode.INVOKE_BROKER_TO_RESET_OFFSET,
                "group",
                group,
                "topic",
                topic,
                "timestamp",
                "0",
                "queueId",
                queue,
                "offset",
                offset);

        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.remark()).contains(why);
        assertThat(room.groups.offsets().topicsOf(group)).isEmpty();
    }

    private RemotingCommand reset(String... fields) {
        String[] all = new String[fields.length + 4];
        System.arraycopy(new String[] {"group", "G1", "topic", "T1"}, 0, all, 0, 4);
        System.arraycopy(fields, 0, all, 4, fields.length);
        return room.ask(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, all);
    }

    private static MessageQueue queue(int id) {
        return new MessageQueue("T1", AdminRoom.BROKER, id);
    }
}
