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
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQL92 conditions in pulls, heartbeats and checks, answered by a whole broker that all tests share. */
final class SqlPullTest {

    private static final String CONDITION = "n > 1 AND TAGS = 'a'";

    private static RunningBroker broker;

    @BeforeAll
    static void open(@TempDir Path root) {
        broker = RunningBroker.open(root, "enablePropertyFilter=true");
        send("T", "one", "n\u00011\u0002TAGS\u0001a\u0002");
        send("T", "two", "n\u00012\u0002TAGS\u0001a\u0002");
        send("T", "three", "n\u00013\u0002TAGS\u0001b\u0002");
        send("T", "none", "");
        send("T", "four", "TAGS\u0001a\u0002n\u000140");
        await().until(() -> broker.ask(RequestCode.GET_MAX_OFFSET, "topic", "T", "queueId", "0")
                        .ext()
                        .requiredLong("offset")
                == 5);
    }

    @AfterAll
    static void close() {
        broker.close();
    }

    @Test
    void aPullThatCarriesAConditionGetsWhatItIsTrueOf() {
        RemotingCommand answer = pull("subscription", CONDITION, "expressionType", "SQL92");

        assertThat(RunningBroker.bodies(answer)).containsExactly("two", "four");
        assertThat(answer.ext().get("nextBeginOffset")).isEqualTo("5");
        assertThat(RunningBroker.bodies(pull("subscription", "n IS NULL", "expressionType", "SQL92")))
                .containsExactly("none");
    }

    @Test
    void nothingThatMatchesIsSaidAsForTags() {
        RemotingCommand answer = pull("subscription", "n > 99", "expressionType", "SQL92");

        assertThat(answer.code()).isEqualTo(ResponseCode.PULL_RETRY_IMMEDIATELY);
        assertThat(answer.remark()).isEqualTo("NO_MATCHED_MESSAGE");
        assertThat(answer.ext().get("nextBeginOffset")).isEqualTo("5");
    }

    @Test
    void aPullWithoutOneGetsWhatItsHeartbeatAskedFor() {
        heartbeat("pushers", CONDITION, 5);

        assertThat(RunningBroker.bodies(pushPull("pushers", 5))).containsExactly("two", "four");
        assertRefused(pushPull("pushers", 6), ResponseCode.SUBSCRIPTION_NOT_LATEST, "not the latest yet");
    }

    @Test
    void aNewerVersionOfTheConditionHolds() {
        heartbeat("movers", "n = 1", 5);
        assertThat(RunningBroker.bodies(pushPull("movers", 5))).containsExactly("one");
        heartbeat("movers", "n = 2", 5);
        assertThat(RunningBroker.bodies(pushPull("movers", 5))).containsExactly("one");
        heartbeat("movers", "n = 2", 6);
        assertThat(RunningBroker.bodies(pushPull("movers", 6))).containsExactly("two");
    }

    @Test
    void aConditionThatCanNotBeReadIsToldWithItsPlace() {
        assertRefused(
                pull("subscription", "n > > 1", "expressionType", "SQL92"),
                ResponseCode.SUBSCRIPTION_PARSE_FAILED,
                "line 1, column 5: expected a property");
        heartbeat("wrong", "n > > 1", 5);
        assertRefused(
                pushPull("wrong", 5),
                ResponseCode.FILTER_DATA_NOT_EXIST,
                "Your expression may be wrong! SQL92 expression, line 1, column 5");
        assertRefused(check("n > > 1", "SQL92"), ResponseCode.SUBSCRIPTION_PARSE_FAILED, "line 1, column 5");
        assertRefused(check("n > 1", "PYTHON"), ResponseCode.SUBSCRIPTION_PARSE_FAILED, "expected TAG or SQL92");
    }

    @Test
    void aSubscriptionIsCheckedBeforeItIsMade() {
        assertThat(check(CONDITION, "SQL92").code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(check("||", "TAG").code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(broker.ask(RequestCode.CHECK_CLIENT_CONFIG).code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(broker.askWithBody(RequestCode.CHECK_CLIENT_CONFIG, "{\"clientId\":\"c\"}")
                        .code())
                .isEqualTo(ResponseCode.SUCCESS);
        assertRefused(
                broker.askWithBody(RequestCode.CHECK_CLIENT_CONFIG, "{\"clientId\""),
                ResponseCode.SYSTEM_ERROR,
                "body is not the JSON of a CheckClientBody");
    }

    @Test
    void aWaitingPullIsWokenByAMatchingMessageOnly() {
        send("W", "no", "n\u00011\u0002");
        String[] waits = pullFields(
                "W",
                0,
                1,
                "sysFlag",
                "6",
                "suspendTimeoutMillis",
                "25000",
                "subscription",
                "n = 7",
                "expressionType",
                "SQL92");
        await().until(() -> broker.ask(RequestCode.GET_MAX_OFFSET, "topic", "W", "queueId", "0")
                        .ext()
                        .requiredLong("offset")
                == 1);
        CompletableFuture<RemotingCommand> waiting = broker.call(RequestCode.PULL_MESSAGE, new byte[0], waits);
        // requests of one connection are looked at in order: the answer proves that the one before waits
        pull("subscription", "*");
        send("W", "not it", "n\u00018\u0002");
        send("W", "it", "n\u00017\u0002");

        assertThat(RunningBroker.bodies(waiting.join())).containsExactly("it");
    }

    @Test
    void withoutTheSettingTagsAreAllThereIs(@TempDir Path other) {
        try (RunningBroker plain = RunningBroker.open(other)) {
            String text = "The broker does not support consumer to filter message by SQL92";
            assertRefused(
                    plain.ask(
                            RequestCode.PULL_MESSAGE,
                            pullFields("TBW102", 0, 0, "subscription", CONDITION, "expressionType", "SQL92")),
                    ResponseCode.SYSTEM_ERROR,
                    text);
            assertRefused(
                    plain.askWithBody(RequestCode.CHECK_CLIENT_CONFIG, checkBody(CONDITION, "SQL92")),
                    ResponseCode.SYSTEM_ERROR,
                    text);
        }
    }

    private static RemotingCommand pull(String... more) {
        return broker.ask(RequestCode.PULL_MESSAGE, pullFields("T", 0, 0, more));
    }

    private static RemotingCommand pushPull(String group, long version) {
        return pull("sysFlag", "0", "consumerGroup", group, "subVersion", Long.toString(version));
    }

    private static RemotingCommand check(String expression, String type) {
        return broker.askWithBody(RequestCode.CHECK_CLIENT_CONFIG, checkBody(expression, type));
    }

    private static String checkBody(String expression, String type) {
        return """
                {"clientId":"c1","group":"g","namespace":null,"subscriptionData":%s}
                """.formatted(subscription(expression, type, 1));
    }

    private static void heartbeat(String group, String expression, long version) {
        RemotingCommand answer = broker.askWithBody(
                RequestCode.HEART_BEAT, """
                {"clientID":"c1","producerDataSet":[],"consumerDataSet":[{"groupName":"%s",
                "consumeType":"CONSUME_PASSIVELY","messageModel":"CLUSTERING",
                "consumeFromWhere":"CONSUME_FROM_FIRST_OFFSET","unitMode":false,"subscriptionDataSet":[%s]}]}
                """.formatted(group, subscription(expression, "SQL92", version)));
        assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
    }

    private static String subscription(String expression, String type, long version) {
        return """
                {"topic":"T","subString":"%s","tagsSet":[],"codeSet":[],"subVersion":%d,"expressionType":"%s",
                "classFilterMode":false}""".formatted(expression, version, type);
    }

    private static void send(String topic, String body, String properties) {
        RemotingCommand answer = broker.call(
                        RequestCode.SEND_MESSAGE_V2, body.getBytes(UTF_8), sendFields(topic, 0, properties))
                .join();
        assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
    }

    private static void assertRefused(RemotingCommand answer, int code, String remark) {
        assertThat(answer.code()).as(answer.remark()).isEqualTo(code);
        assertThat(answer.remark()).contains(remark);
    }
}
