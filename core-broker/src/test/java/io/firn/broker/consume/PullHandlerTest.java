package io.firn.broker.consume;

import static io.firn.broker.RunningBroker.pullFields;
import static io.firn.broker.RunningBroker.sendFields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.RunningBroker;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls from a whole broker. */
final class PullHandlerTest {

    private static final String SUSPEND = "6";
    private static final String LONG_WAIT_MS = "25000";

    @TempDir
    Path root;

    private RunningBroker broker;

    @BeforeEach
    void open() {
        broker = RunningBroker.open(root);
        send("T", "first", "");
        send("T", "second", "b");
        awaitVisible("T", 2);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void givesRecordsAndTheFourOffsets() {
        RemotingCommand answer = pull("T", 0);

        assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(answer.remark()).isEqualTo("FOUND");
        assertThat(RunningBroker.bodies(answer)).containsExactly("first", "second");
        assertThat(answer.ext().get("nextBeginOffset")).isEqualTo("2");
        assertThat(answer.ext().get("minOffset")).isEqualTo("0");
        assertThat(answer.ext().get("maxOffset")).isEqualTo("2");
        assertThat(answer.ext().get("suggestWhichBrokerId")).isEqualTo("0");
        assertThat(answer.ext().get("topicSysFlag")).isEqualTo("0");
        assertThat(answer.ext().get("groupSysFlag")).isEqualTo("0");
    }

    @Test
    void stopsAtTheWantedCountAndTakesNonsenseForOne() {
        assertThat(RunningBroker.bodies(pull("T", 0, "maxMsgNums", "1"))).containsExactly("first");
        assertThat(RunningBroker.bodies(pull("T", 0, "maxMsgNums", "-7"))).containsExactly("first");
        assertThat(RunningBroker.bodies(pull("T", 0, "maxMsgNums", "2147483647")))
                .containsExactly("first", "second");
        assertThat(RunningBroker.bodies(pull("T", 0, "maxMsgBytes", "1"))).containsExactly("first");
    }

    @Test
    void saysWhereToGoOnWhenThereIsNothingHere() {
        assertOutcome(pull("T", 2), ResponseCode.PULL_NOT_FOUND, "OFFSET_OVERFLOW_ONE", 2);
        assertOutcome(pull("T", 7), ResponseCode.PULL_OFFSET_MOVED, "OFFSET_OVERFLOW_BADLY", 2);
        assertOutcome(pull("T", -1), ResponseCode.PULL_OFFSET_MOVED, "OFFSET_TOO_SMALL", 0);
        assertOutcome(
                pull("T", 0, "subscription", "nobody"), ResponseCode.PULL_RETRY_IMMEDIATELY, "NO_MATCHED_MESSAGE", 2);
        assertOutcome(pull("T", 0, "queueId", "3"), ResponseCode.PULL_NOT_FOUND, "NO_MATCHED_LOGIC_QUEUE", 0);
        assertOutcome(pull("T", 5, "queueId", "3"), ResponseCode.PULL_OFFSET_MOVED, "NO_MATCHED_LOGIC_QUEUE", 0);
    }

    @Test
    void filtersByTagsOfThePull() {
        assertThat(RunningBroker.bodies(pull("T", 0, "subscription", "a || b"))).containsExactly("second");
    }

    @Test
    void refusesWhatRocketMqRefuses() {
        assertRefused(pull("Unknown", 0), ResponseCode.TOPIC_NOT_EXIST, "topic[Unknown] not exist");
        assertRefused(pull("T", 0, "queueId", "4"), ResponseCode.INVALID_PARAMETER, "queueId 4");
        assertRefused(pull("T", 0, "queueId", "-1"), ResponseCode.INVALID_PARAMETER, "queueId -1");
        assertRefused(
                pull("T", 0, "subscription", "a = 1", "expressionType", "SQL92"), ResponseCode.SYSTEM_ERROR, "SQL92");
        broker.askWithBody(
                RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, "{\"groupName\":\"off\",\"consumeEnable\":false}");
        assertRefused(pull("T", 0, "consumerGroup", "off"), ResponseCode.NO_PERMISSION, "switched off");
    }

    @Test
    void refusesGroupsThatItMayNotCreate(@TempDir Path other) {
        try (RunningBroker strict = RunningBroker.open(other, "autoCreateSubscriptionGroup=false")) {
            assertRefused(
                    strict.ask(RequestCode.PULL_MESSAGE, pullFields("TBW102", 0, 0)),
                    ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
                    "[readers] does not exist");
        }
    }

    @Test
    void takesTheSubscriptionOfTheHeartbeatWhenThePullHasNone() {
        String[] bare = {"sysFlag", "0", "consumerGroup", "pushers"};
        assertRefused(pull("T", 0, bare), ResponseCode.SUBSCRIPTION_NOT_EXIST, "the consumer's group info not exist");
        heartbeat("pushers", "Other", "*", 5);
        assertRefused(pull("T", 0, bare), ResponseCode.SUBSCRIPTION_NOT_EXIST, "does not subscribe to [T]");
        heartbeat("pushers", "T", "b", 5);
        assertRefused(
                pull("T", 0, "sysFlag", "0", "consumerGroup", "pushers", "subVersion", "6"),
                ResponseCode.SUBSCRIPTION_NOT_LATEST,
                "not the latest yet");
        assertThat(RunningBroker.bodies(pull("T", 0, "sysFlag", "0", "consumerGroup", "pushers", "subVersion", "5")))
                .containsExactly("second");
    }

    @Test
    void waitsForAMatchingMessageAndAnswersOnce() {
        List<CompletableFuture<RemotingCommand>> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(later("T", 2, "subscription", "c"));
        }
        awaitParked(20);
        send("T", "not for them", "b");
        awaitVisible("T", 3);
        assertThat(waiting).noneMatch(CompletableFuture::isDone);

        send("T", "for them", "c");

        for (CompletableFuture<RemotingCommand> pull : waiting) {
            assertThat(RunningBroker.bodies(pull.join())).containsExactly("for them");
            assertThat(pull.join().ext().get("nextBeginOffset")).isEqualTo("4");
        }
        assertThat(RunningBroker.bodies(pull("T", 0))).hasSize(4);
    }

    @Test
    void waitsAtQueuesThatHaveNoMessageYet() {
        CompletableFuture<RemotingCommand> waiting = later("T", 0, "queueId", "2");
        awaitParked(1);

        broker.call(RequestCode.SEND_MESSAGE_V2, "x".getBytes(UTF_8), sendFields("T", 2, ""))
                .join();

        assertThat(RunningBroker.bodies(waiting.join())).containsExactly("x");
    }

    @Test
    void answersEmptyWhenTheTimeIsUp() {
        RemotingCommand answer = pull("T", 2, "sysFlag", SUSPEND, "suspendTimeoutMillis", "50");

        assertOutcome(answer, ResponseCode.PULL_NOT_FOUND, "OFFSET_OVERFLOW_ONE", 2);
    }

    @Test
    void answersWaitingPullsWhenItCloses() {
        CompletableFuture<RemotingCommand> waiting = later("T", 2);
        awaitParked(1);

        broker.stop();

        assertOutcome(waiting.join(), ResponseCode.PULL_NOT_FOUND, "OFFSET_OVERFLOW_ONE", 2);
    }

    @Test
    void answersBusyWhenTooManyWait(@TempDir Path other) {
        try (RunningBroker small = RunningBroker.open(other, "firn.queue.maxParkedPolls=1")) {
            String[] waits = pullFields("TBW102", 0, 0, "sysFlag", SUSPEND, "suspendTimeoutMillis", "1000");
            List<CompletableFuture<RemotingCommand>> pulls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                pulls.add(small.call(RequestCode.PULL_MESSAGE, new byte[0], waits));
            }
            List<Integer> codes = pulls.stream().map(pull -> pull.join().code()).toList();
            assertThat(codes).contains(ResponseCode.SYSTEM_BUSY, ResponseCode.PULL_NOT_FOUND);
        }
    }

    @Test
    void servesOldMessagesFromReaderThreads(@TempDir Path other) {
        try (RunningBroker cold = RunningBroker.open(other, "firn.pull.hotBytes=0")) {
            for (int i = 0; i < 3; i++) {
                cold.call(RequestCode.SEND_MESSAGE_V2, ("m" + i).getBytes(UTF_8), sendFields("T", 0, ""))
                        .join();
            }
            await().until(() -> RunningBroker.bodies(cold.ask(RequestCode.PULL_MESSAGE, pullFields("T", 0, 0)))
                    .equals(List.of("m0", "m1", "m2")));
        }
    }

    @Test
    void commitsTheOffsetThatAPullCarries() {
        assertThat(storedOffset("readers")).isNull();
        assertThat(pull("T", 0, "sysFlag", "5", "commitOffset", "1").code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(storedOffset("readers")).isEqualTo("1");
        pull("T", 0, "sysFlag", "4", "commitOffset", "2");
        assertThat(storedOffset("readers")).isEqualTo("1");
    }

    @Test
    void sendsTheNextPullToTheOffsetOfAReset() {
        pull("T", 0, "sysFlag", "5", "commitOffset", "2");
        reset(1);

        RemotingCommand moved = pull("T", 2, "sysFlag", "5", "commitOffset", "2");

        assertThat(moved.code()).isEqualTo(ResponseCode.PULL_OFFSET_MOVED);
        assertThat(moved.remark()).isEqualTo("OFFSET_RESET");
        assertThat(moved.ext().get("nextBeginOffset")).isEqualTo("1");
        assertThat(storedOffset("readers")).isEqualTo("1");
        assertThat(RunningBroker.bodies(pull("T", 1))).containsExactly("second");
    }

    @Test
    void sendsAWaitingPullToTheOffsetOfAReset() {
        pull("T", 0, "sysFlag", "5", "commitOffset", "2");
        CompletableFuture<RemotingCommand> waiting = broker.call(
                RequestCode.PULL_MESSAGE,
                new byte[0],
                pullFields("T", 0, 2, "sysFlag", "6", "suspendTimeoutMillis", "3600000"));
        await().until(() -> broker.metric("firn_queue_parked_polls") == 1);

        reset(1);

        RemotingCommand moved = waiting.join();
        assertThat(moved.code()).isEqualTo(ResponseCode.PULL_OFFSET_MOVED);
        assertThat(moved.remark()).isEqualTo("OFFSET_RESET");
        assertThat(moved.ext().get("nextBeginOffset")).isEqualTo("1");
    }

    private void reset(long offset) {
        RemotingCommand reset = broker.ask(
                RequestCode.INVOKE_BROKER_TO_RESET_OFFSET,
                "group",
                "readers",
                "topic",
                "T",
                "timestamp",
                "0",
                "isForce",
                "true",
                "queueId",
                "0",
                "offset",
                Long.toString(offset));
        assertThat(reset.code()).isEqualTo(ResponseCode.SUCCESS);
    }

    private String storedOffset(String group) {
        RemotingCommand answer = broker.ask(
                RequestCode.QUERY_CONSUMER_OFFSET,
                "consumerGroup",
                group,
                "topic",
                "T",
                "queueId",
                "0",
                "setZeroIfNotFound",
                "false");
        return answer.code() == ResponseCode.QUERY_NOT_FOUND
                ? null
                : answer.ext().required("offset");
    }

    private RemotingCommand pull(String topic, long offset, String... more) {
        return broker.ask(RequestCode.PULL_MESSAGE, pullFields(topic, 0, offset, more));
    }

    private CompletableFuture<RemotingCommand> later(String topic, long offset, String... more) {
        List<String> fields = new ArrayList<>(List.of("sysFlag", SUSPEND, "suspendTimeoutMillis", LONG_WAIT_MS));
        fields.addAll(List.of(more));
        return broker.call(
                RequestCode.PULL_MESSAGE, new byte[0], pullFields(topic, 0, offset, fields.toArray(String[]::new)));
    }

    /** The pulls of one connection are looked at in order, so the last one's answer proves that the others wait. */
    private void awaitParked(int count) {
        assertThat(count).isPositive();
        pull("T", 0);
    }

    private void heartbeat(String group, String topic, String expression, long version) {
        RemotingCommand answer =
                broker.askWithBody(RequestCode.HEART_BEAT, """
                {"clientID":"c1","producerDataSet":[],"consumerDataSet":[{"groupName":"%s",
                "consumeType":"CONSUME_PASSIVELY","messageModel":"CLUSTERING",
                "consumeFromWhere":"CONSUME_FROM_FIRST_OFFSET","unitMode":false,"subscriptionDataSet":[{"topic":"%s",
                "subString":"%s","tagsSet":[],"codeSet":[],"subVersion":%d,"expressionType":"TAG"}]}]}
                """.formatted(group, topic, expression, version));
        assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
    }

    private void send(String topic, String body, String tag) {
        String properties = tag.isEmpty() ? "" : "TAGS\u0001" + tag + "\u0002";
        broker.call(RequestCode.SEND_MESSAGE_V2, body.getBytes(UTF_8), sendFields(topic, 0, properties))
                .join();
    }

    private void awaitVisible(String topic, long count) {
        await().until(() -> broker.ask(RequestCode.GET_MAX_OFFSET, "topic", topic, "queueId", "0")
                        .ext()
                        .requiredLong("offset")
                == count);
    }

    private static void assertOutcome(RemotingCommand answer, int code, String remark, long next) {
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.remark()).isEqualTo(remark);
        assertThat(answer.ext().get("nextBeginOffset")).isEqualTo(Long.toString(next));
        assertThat(answer.ext().get("minOffset")).isNotNull();
        assertThat(answer.ext().get("maxOffset")).isNotNull();
        assertThat(answer.ext().get("suggestWhichBrokerId")).isEqualTo("0");
        assertThat(answer.bodyLength()).isZero();
    }

    private static void assertRefused(RemotingCommand answer, int code, String remark) {
        assertThat(answer.code()).as(answer.remark()).isEqualTo(code);
        assertThat(answer.remark()).contains(remark);
    }
}
