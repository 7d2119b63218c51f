package io.firn.broker.retry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.RunningBroker;
import io.firn.broker.plugin.plane.TestPlugin;
import io.firn.broker.record.MessageId;
import io.firn.broker.record.RecordView;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.Phase;
import io.firn.spi.put.PutOrigin;
import io.firn.spi.put.Verdict;
import io.firn.spi.topic.TopicSelector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages that consumers give back, through a whole broker. Levels from 2 on do not come in the time of a test. */
final class SendBackHandlerTest {

    private static final String SCHEDULE = "SCHEDULE_TOPIC_XXXX";
    private static final String RETRY = "%RETRY%G";
    private static final String DEAD = "%DLQ%G";

    @TempDir
    Path root;

    private RunningBroker broker;

    @BeforeEach
    void open() {
        broker = RunningBroker.open(root, "messageDelayLevel=1s 1h 2h 3h 4h");
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void letsAMessageComeBackToItsGroupOnly() {
        String id = send("T", "body", property("TAGS", "t") + property("WAIT", "true"));

        assertThat(giveBack(id, 1).code()).isEqualTo(ResponseCode.SUCCESS);

        soon().untilAsserted(() -> assertThat(records(RETRY, 0)).hasSize(1));
        RecordView again = records(RETRY, 0).getFirst();
        assertThat(RunningBroker.body(again)).isEqualTo("body");
        assertThat(again.reconsumeTimes()).isEqualTo(1);
        assertThat(again.property("RETRY_TOPIC")).isEqualTo("T");
        assertThat(again.property("ORIGIN_MESSAGE_ID")).isEqualTo(id);
        assertThat(again.property("WAIT")).isEqualTo("false");
        assertThat(again.property("TAGS")).isEqualTo("t");
        assertThat(again.property("REAL_TOPIC")).isEqualTo(RETRY);
        assertThat(records("T", 0)).hasSize(1);
        assertThat(broker.metric("firn_retry_messages_total")).isEqualTo(1);
    }

    @Test
    void keepsFirstTopicAndIdWhenAMessageIsGivenBackAgain() {
        String id = send("T", "body", "");
        giveBack(id, 1);
        soon().untilAsserted(() -> assertThat(records(RETRY, 0)).hasSize(1));
        giveBack(idOf(records(RETRY, 0).getFirst()), 1);

        soon().untilAsserted(() -> assertThat(records(RETRY, 0)).hasSize(2));
        RecordView third = records(RETRY, 0).get(1);
        assertThat(third.reconsumeTimes()).isEqualTo(2);
        assertThat(third.property("RETRY_TOPIC")).isEqualTo("T");
        assertThat(third.property("ORIGIN_MESSAGE_ID")).isEqualTo(id);
    }

    @Test
    void waitsLongerWithEachRetryWhenTheConsumerDoesNotSayHowLong() {
        giveBack(send("T", "first", ""), 0);
        String second = send("T", "second", "", "j", "1");
        giveBack(second, 0);

        soon().untilAsserted(() -> {
            assertThat(bodies(SCHEDULE, 2)).containsExactly("first");
            assertThat(bodies(SCHEDULE, 3)).containsExactly("second");
        });
    }

    @Test
    void makesADeadLetterOfWhatFailedTooOften() {
        giveBack(send("T", "header", "", "j", "2"), 0, "maxReconsumeTimes", "2");
        giveBack(send("T", "group", property("DELAY", "0"), "j", "16"), 0);
        giveBack(send("T", "never", ""), -1);

        soon().untilAsserted(() -> assertThat(bodies(DEAD, 0)).containsExactly("header", "group", "never"));
        RecordView dead = records(DEAD, 0).get(1);
        assertThat(dead.reconsumeTimes()).isEqualTo(17);
        assertThat(dead.property("DELAY")).isNull();
        assertThat(dead.property("RETRY_TOPIC")).isEqualTo("T");
        assertThat(broker.metric("firn_retry_dead_letters_total")).isEqualTo(3);
    }

    @Test
    void showsToHooksWhatIsStoredAgainAndWhy() {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (TestPlugin plugin = TestPlugin.of("watch", root)) {
            HookSpec spec = HookSpec.of("all", Phase.OBSERVE).withTopics(TopicSelector.everything());
            plugin.put(broker.plane(), spec, message -> {
                seen.add(message.origin() + " " + message.topic());
                return Verdict.ACCEPT;
            });

            giveBack(send("T", "again", ""), 3);
            giveBack(send("T", "never", ""), -1);
        }

        assertThat(seen)
                .containsExactly(
                        PutOrigin.CLIENT + " T",
                        PutOrigin.RETRY + " " + RETRY,
                        PutOrigin.CLIENT + " T",
                        PutOrigin.DEAD_LETTER + " " + DEAD);
    }

    @Test
    void dropsWhatAGroupWithoutRetryQueuesGivesBack() {
        broker.askWithBody(
                RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, "{\"groupName\":\"G\",\"retryQueueNums\":0}");

        assertThat(giveBack(send("T", "body", ""), 1).code()).isEqualTo(ResponseCode.SUCCESS);

        assertThat(broker.metric("firn_retry_dropped_total")).isEqualTo(1);
        assertThat(broker.metric("firn_retry_messages_total")).isZero();
    }

    @Test
    void refusesWhatIsNotThere() {
        send("T", "body", "");

        RemotingCommand answer = giveBack(1L << 40, 1);

        assertThat(answer.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(answer.remark()).contains("look message by offset failed, " + (1L << 40));
        assertThat(giveBack(3, 1).code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(giveBack(-1, 1).code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
    }

    @Test
    void refusesARetryTopicThatMayNotBeWritten() {
        String id = send("T", "body", "");
        giveBack(id, 3);
        broker.ask(
                RequestCode.UPDATE_AND_CREATE_TOPIC,
                "topic",
                RETRY,
                "defaultTopic",
                "TBW102",
                "readQueueNums",
                "1",
                "writeQueueNums",
                "1",
                "perm",
                "4",
                "topicFilterType",
                "SINGLE_TAG",
                "order",
                "false");

        RemotingCommand answer = giveBack(id, 1);

        assertThat(answer.code()).isEqualTo(ResponseCode.NO_PERMISSION);
        assertThat(answer.remark()).contains(RETRY);
    }

    @Test
    void refusesGroupsItDoesNotKnow(@TempDir Path other) {
        try (RunningBroker strict = RunningBroker.open(other, "autoCreateSubscriptionGroup=false")) {
            RemotingCommand answer =
                    strict.ask(RequestCode.CONSUMER_SEND_MSG_BACK, "offset", "0", "group", "G", "delayLevel", "1");

            assertThat(answer.code()).isEqualTo(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST);
        }
    }

    @Test
    void namesTheFieldThatIsMissing() {
        RemotingCommand answer = broker.ask(RequestCode.CONSUMER_SEND_MSG_BACK, "offset", "0", "group", "G");

        assertThat(answer.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(answer.remark()).contains("delayLevel");
    }

    @Test
    void letsConsumersSendToTheirRetryTopicThemselvesUntilItIsEnough() {
        send(RETRY, "again", property("RETRY_TOPIC", "T"), "j", "2", "l", "2");
        send(RETRY, "enough", property("RETRY_TOPIC", "T") + property("DELAY", "5"), "j", "3", "l", "2");

        soon().untilAsserted(() -> {
            assertThat(bodies(RETRY, 0)).containsExactly("again");
            assertThat(bodies(DEAD, 0)).containsExactly("enough");
        });
        assertThat(records(DEAD, 0).getFirst().property("DELAY")).isNull();
    }

    @Test
    void makesDeadLettersOfWhatAGroupSendsThatConsumesInOrder() {
        broker.askWithBody(
                RequestCode.LOCK_BATCH_MQ,
                "{\"consumerGroup\":\"G\",\"clientId\":\"c\",\"mqSet\":"
                        + "[{\"brokerName\":\"b\",\"queueId\":0,\"topic\":\"T\"}]}");

        send(RETRY, "ordered", property("DELAY", "3"), "j", "1", "l", "9");

        soon().untilAsserted(() -> assertThat(bodies(DEAD, 0)).containsExactly("ordered"));
    }

    private RemotingCommand giveBack(String messageId, int level, String... more) {
        return giveBack(MessageId.parse(messageId).position(), level, more);
    }

    private RemotingCommand giveBack(long position, int level, String... more) {
        List<String> fields = new ArrayList<>(List.of(
                "offset",
                Long.toString(position),
                "group",
                "G",
                "delayLevel",
                Integer.toString(level),
                "originMsgId",
                "",
                "originTopic",
                "T",
                "unitMode",
                "false"));
        fields.addAll(List.of(more));
        return broker.ask(RequestCode.CONSUMER_SEND_MSG_BACK, fields.toArray(String[]::new));
    }

    private String send(String topic, String body, String properties, String... more) {
        RemotingCommand answer = broker.call(
                        RequestCode.SEND_MESSAGE_V2,
                        body.getBytes(UTF_8),
                        RunningBroker.sendFields(topic, 0, properties, more))
                .join();
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
        return answer.ext().required("msgId");
    }

    private static String idOf(RecordView record) {
        return new MessageId(record.storeHost(), record.physicalOffset()).toString();
    }

    private List<RecordView> records(String topic, int queue) {
        RemotingCommand answer = broker.ask(RequestCode.PULL_MESSAGE, RunningBroker.pullFields(topic, queue, 0));
        return answer.code() == ResponseCode.SUCCESS ? RunningBroker.records(answer) : List.of();
    }

    private List<String> bodies(String topic, int queue) {
        return records(topic, queue).stream().map(RunningBroker::body).toList();
    }

    private static String property(String key, String value) {
        return key + '\u0001' + value + '\u0002';
    }

    private static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(50));
    }
}
