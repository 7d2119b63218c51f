package io.firn.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.topic.Topic;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.ConsumeTimeSpanBody;
import io.firn.broker.wire.body.MessageQueue;
import io.firn.broker.wire.body.QueueStats;
import io.firn.broker.wire.body.QueueTimeSpan;
import io.firn.broker.wire.body.TopicConfigBody;
import io.firn.broker.wire.body.TopicConfigTable;
import io.firn.broker.wire.body.TopicListBody;
import io.firn.broker.wire.body.TopicStatsBody;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tools do to topics, over a socket. */
final class TopicCodesTest {

    @TempDir
    Path root;

    private AdminRoom room;

    @BeforeEach
    void open() {
        room = AdminRoom.open(root);
    }

    @AfterEach
    void close() {
        room.close();
        assertThat(room.faults).isEmpty();
    }

    private RemotingCommand create(String name, String... more) {
        String[] fields = {
            "topic",
            name,
            "defaultTopic",
            "TBW102",
            "readQueueNums",
            "3",
            "writeQueueNums",
            "2",
            "perm",
            "6",
            "topicFilterType",
            "SINGLE_TAG",
            "topicSysFlag",
            "0",
            "order",
            "false"
        };
        String[] all = new String[fields.length + more.length];
        System.arraycopy(fields, 0, all, 0, fields.length);
        System.arraycopy(more, 0, all, fields.length, more.length);
        return room.ask(RequestCode.UPDATE_AND_CREATE_TOPIC, all);
    }

    @Test
    void createsATopicAndAnnouncesItBeforeAnswering() {
        RemotingCommand answer = create("T1", "attributes", "+message.type=FIFO");

        assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(room.topics.find("T1"))
                .extracting(Topic::readQueues, Topic::writeQueues, Topic::perm, Topic::attributes)
                .containsExactly(3, 2, 6, Map.of("message.type", "FIFO"));
        assertThat(room.announced).containsExactly(List.of(room.topics.required("T1")));
    }

    @Test
    void keepsAttributesThatAChangeDoesNotName() {
        create("T1", "attributes", "+message.type=FIFO");

        assertThat(create("T1").code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(room.topics.required("T1").attributes()).containsEntry("message.type", "FIFO");
    }

    @ParameterizedTest
    @CsvSource({
        "'a b', illegal character",
        "'', empty",
        "TBW102, belongs to the broker",
        "SCHEDULE_TOPIC_XXXX, belongs to the broker",
        "cluster-t, belongs to the broker",
        "rmq_sys_mine, belongs to the broker"
    })
    void refusesNamesThatUsersMayNotTake(String name, String why) {
        RemotingCommand answer = create(name);

        assertThat(answer.code()).isEqualTo(ResponseCode.INVALID_PARAMETER);
        assertThat(answer.remark()).contains(why);
        assertThat(room.announced).isEmpty();
    }

    @Test
    void refusesALongName() {
        RemotingCommand answer = create("x".repeat(128));

        assertThat(answer.code()).isEqualTo(ResponseCode.INVALID_PARAMETER);
        assertThat(answer.remark()).contains("128 characters", "at most 127");
    }

    @ParameterizedTest
    @CsvSource({
        "message.type=FIFO, needs a sign",
        "+colour=red, unknown topic attribute colour",
        "+message.type=MIXED, message.type=MIXED is not supported",
        "+queue.type=BatchCQ, queue.type=BatchCQ is not supported",
        "-message.type, cannot be removed from a topic that does not exist"
    })
    void refusesAttributesItCanNotKeep(String attributes, String why) {
        RemotingCommand answer = create("T1", "attributes", attributes);

        assertThat(answer.code()).isEqualTo(ResponseCode.INVALID_PARAMETER);
        assertThat(answer.remark()).contains(why);
        assertThat(room.topics.find("T1")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "topicFilterType, NO_SUCH_TYPE, 29, topicFilterType is 'NO_SUCH_TYPE'",
        "perm, 99, 29, perm of topic T1 is 99",
        "readQueueNums, -1, 29, readQueueNums of topic T1 is -1",
        "readQueueNums, many, 1, readQueueNums",
    })
    void refusesBadFields(String field, String value, int code, String why) {
        String[] fields = {
            "topic", "T1", "readQueueNums", "3", "writeQueueNums", "2", "perm", "6", "topicFilterType", "SINGLE_TAG"
        };
        for (int i = 0; i < fields.length; i += 2) {
            fields[i + 1] = fields[i].equals(field) ? value : fields[i + 1];
        }

        RemotingCommand answer = room.ask(RequestCode.UPDATE_AND_CREATE_TOPIC, fields);

        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.remark()).contains(why);
    }

    @Test
    void namesAMissingField() {
        RemotingCommand answer = room.ask(RequestCode.UPDATE_AND_CREATE_TOPIC, "topic", "T1");

        assertThat(answer.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(answer.remark()).contains("readQueueNums", "17");
    }

    @Test
    void createsAListOfTopicsWithDefaultsAndAnnouncesThemTogether() {
        RemotingCommand answer = room.askWithBody(RequestCode.UPDATE_AND_CREATE_TOPIC_LIST, """
                {"topicConfigList":[{"topicName":"L1","readQueueNums":1,"writeQueueNums":1,"perm":4,
                "topicFilterType":"MULTI_TAG","attributes":{"+message.type":"NORMAL"}},{"topicName":"L2"}]}
                """);

        assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(room.topics.required("L1").attributes()).containsEntry("message.type", "NORMAL");
        assertThat(room.topics.required("L2"))
                .extracting(Topic::readQueues, Topic::writeQueues, Topic::perm)
                .containsExactly(16, 16, 6);
        assertThat(room.announced).containsExactly(List.of(room.topics.required("L1"), room.topics.required("L2")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"topicConfigList\":[{\"topicName\":\"L1\"},{\"topicName\":\"TBW102\"}]};29;belongs to the broker",
                "{\"topicConfigList\":[{}]};29;empty",
                "{};1;no topicConfigList",
                "[1];1;not the JSON",
                "'';1;empty"
            })
    void changesNothingWhenAListIsNotGood(String body, int code, String why) {
        RemotingCommand answer = room.askWithBody(RequestCode.UPDATE_AND_CREATE_TOPIC_LIST, body);

        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.remark()).contains(why);
        assertThat(room.topics.find("L1")).isNull();
    }

    @Test
    void deletesATopicWithItsQueuesAndOffsets() {
        room.createTopic("T1", 1);
        room.createTopic("%RETRY%G1_T1", 1);
        room.store("T1", 0, "one");
        room.groups.offsets().commit("G1", "T1", 0, 1);

        assertThat(room.ask(RequestCode.DELETE_TOPIC_IN_BROKER, "topic", "T1").code())
                .isEqualTo(ResponseCode.SUCCESS);

        assertThat(room.topics.find("T1")).isNull();
        assertThat(room.topics.find("%RETRY%G1_T1")).isNull();
        assertThat(room.queues.ofTopic("T1")).isEmpty();
        assertThat(room.groups.offsets().topicsOf("G1")).isEmpty();
        assertThat(root.resolve("consumequeue").resolve("T1")).doesNotExist();
    }

    @Test
    void deletingATopicThatIsNotThereIsDone() {
        assertThat(room.ask(RequestCode.DELETE_TOPIC_IN_BROKER, "topic", "../../T9")
                        .code())
                .isEqualTo(ResponseCode.SUCCESS);
    }

    @ParameterizedTest
    @CsvSource({"TBW102, belongs to the broker", "' ', empty"})
    void doesNotDeleteTheBrokersOwnTopics(String name, String why) {
        RemotingCommand answer = room.ask(RequestCode.DELETE_TOPIC_IN_BROKER, "topic", name);

        assertThat(answer.code()).isEqualTo(ResponseCode.INVALID_PARAMETER);
        assertThat(answer.remark()).contains(why);
        assertThat(room.topics.find("TBW102")).isNotNull();
    }

    @Test
    void showsAllTopicsAtOnceOrInPages() {
        room.createTopic("T1", 2);
        int total = room.topics.all().size();

        RemotingCommand all = room.ask(RequestCode.GET_ALL_TOPIC_CONFIG);
        TopicConfigTable table = room.bodyOf(all, TopicConfigTable.class);
        assertThat(table.topicConfigTable()).hasSize(total).containsKey("T1");
        assertThat(all.ext().intOr("totalTopicNum", -1)).isEqualTo(total);

        String version = "{\"stateVersion\":%d,\"timestamp\":%d,\"counter\":%d}"
                .formatted(
                        room.topics.version().stateVersion(),
                        room.topics.version().timestamp(),
                        room.topics.version().counter());
        TopicConfigTable page = room.bodyOf(
                room.ask(
                        RequestCode.GET_ALL_TOPIC_CONFIG,
                        "topicSeq",
                        Integer.toString(total - 1),
                        "maxTopicNum",
                        "5",
                        "dataVersion",
                        version),
                TopicConfigTable.class);
        assertThat(page.topicConfigTable()).hasSize(1);

        TopicConfigTable restarted = room.bodyOf(
                room.ask(
                        RequestCode.GET_ALL_TOPIC_CONFIG,
                        "topicSeq",
                        "4",
                        "maxTopicNum",
                        "2",
                        "dataVersion",
                        "{\"counter\":999}"),
                TopicConfigTable.class);
        assertThat(restarted.topicConfigTable().keySet()).first().isEqualTo("BenchmarkTest");
    }

    @Test
    void refusesAPageThatCanNotBe() {
        RemotingCommand answer = room.ask(RequestCode.GET_ALL_TOPIC_CONFIG, "topicSeq", "-1", "maxTopicNum", "2");

        assertThat(answer.code()).isEqualTo(ResponseCode.INVALID_PARAMETER);
        assertThat(answer.remark()).contains("topicSeq=-1");
    }

    @Test
    void showsOneTopicFlat() {
        room.createTopic("T1", 2);

        RemotingCommand answer = room.ask(RequestCode.GET_TOPIC_CONFIG, "topic", "T1", "lo", "true");

        assertThat(room.bodyOf(answer, TopicConfigBody.class))
                .extracting(TopicConfigBody::topicName, TopicConfigBody::readQueueNums)
                .containsExactly("T1", 2);
        assertThat(room.ask(RequestCode.GET_TOPIC_CONFIG, "topic", "T9").code())
                .isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
    }

    @Test
    void listsTheBrokersOwnTopics() {
        room.createTopic("T1", 2);

        TopicListBody list = room.bodyOf(room.ask(RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_BROKER), TopicListBody.class);

        assertThat(list.topicList()).contains("TBW102", "cluster-t", "broker-t").doesNotContain("T1");
        assertThat(list.brokerAddr()).isEqualTo(AdminRoom.ADDRESS);
    }

    @Test
    void showsHowFarQueuesReachAndHowFastTheyFill() {
        room.createTopic("T1", 2);
        room.store("T1", 0, "old");
        room.clock.advance(Duration.ofHours(1));
        for (int i = 0; i < 30; i++) {
            room.store("T1", 0, "new");
        }
        room.clock.advance(Duration.ofSeconds(30));

        RemotingCommand answer = room.ask(RequestCode.GET_TOPIC_STATS_INFO, "topic", "T1");

        assertThat(AdminRoom.text(answer)).contains("{{\"topic\":\"T1\",\"brokerName\":\"broker-t\",\"queueId\":0}:{");
        TopicStatsBody stats = room.bodyOf(answer, TopicStatsBody.class);
        assertThat(stats.offsetTable())
                .containsEntry(queue("T1", 0), new QueueStats(0, 31, AdminRoom.NOW_MS + 3_600_000))
                .containsEntry(queue("T1", 1), new QueueStats(0, 0, 0))
                .hasSize(2);
        assertThat(stats.topicPutTps()).isEqualTo(0.5);
    }

    @Test
    void hasNoStatsOfATopicThatIsNotThere() {
        assertThat(room.ask(RequestCode.GET_TOPIC_STATS_INFO, "topic", "T9").code())
                .isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
    }

    @Test
    void showsTheTimesThatAGroupIsAt() {
        room.createTopic("T1", 1);
        for (int i = 0; i < 4; i++) {
            room.store("T1", 0, "message " + i);
            room.clock.advance(Duration.ofSeconds(1));
        }
        room.groups.offsets().commit("G1", "T1", 0, 2);

        ConsumeTimeSpanBody spans = room.bodyOf(
                room.ask(RequestCode.QUERY_CONSUME_TIME_SPAN, "topic", "T1", "group", "G1"), ConsumeTimeSpanBody.class);

        assertThat(spans.consumeTimeSpanSet())
                .containsExactly(new QueueTimeSpan(
                        queue("T1", 0), AdminRoom.NOW_MS, AdminRoom.NOW_MS + 3_000, AdminRoom.NOW_MS + 1_000, 2_000));
        assertThat(room.ask(RequestCode.QUERY_CONSUME_TIME_SPAN, "topic", "T9", "group", "G1")
                        .code())
                .isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
    }

    private static MessageQueue queue(String topic, int id) {
        return new MessageQueue(topic, AdminRoom.BROKER, id);
    }
}
