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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connected groups that are far behind, and those that are not. */
final class SlowGroupsTest {

    private static final String[] OFTEN = {"firn.consume.slowGroupsInterval=100", "consumerFallbehindThreshold=10000"};

    @TempDir
    Path root;

    @Test
    void aGroupThatIsTooFarBehindIsSwitchedOffUntilAnOperatorSwitchesItOn() {
        try (RunningBroker broker =
                RunningBroker.open(root, OFTEN[0], OFTEN[1], "disableConsumeIfConsumerReadSlowly=true")) {
            fill(broker);
            connect(broker, "slow");
            connect(broker, "fast");
            commit(broker, "slow", 0);
            commit(broker, "fast", 29);
            commit(broker, "absent", 0);

            await().until(() -> pull(broker, "slow").code() == ResponseCode.NO_PERMISSION);

            assertThat(pull(broker, "slow").remark()).contains("consuming is switched off for the group [slow]");
            assertThat(pull(broker, "fast").code()).isEqualTo(ResponseCode.SUCCESS);
            assertThat(pull(broker, "absent").code()).isEqualTo(ResponseCode.SUCCESS);
            assertThat(broker.metric("firn_consume_groups_switched_off_total")).isEqualTo(1);

            commit(broker, "slow", 30);
            RemotingCommand on = broker.askWithBody(
                    RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, "{\"groupName\":\"slow\",\"consumeEnable\":true}");
            assertThat(on.code()).isEqualTo(ResponseCode.SUCCESS);
            assertThat(pull(broker, "slow").code()).isEqualTo(ResponseCode.SUCCESS);
        }
    }

    @Test
    void nobodyIsSwitchedOffUnlessThatIsWished() {
        try (RunningBroker broker = RunningBroker.open(root, OFTEN)) {
            fill(broker);
            connect(broker, "slow");
            commit(broker, "slow", 0);
            RemotingCommand on =
                    broker.askWithBody(RequestCode.UPDATE_BROKER_CONFIG, "consumerFallbehindThreshold=20000\n");
            assertThat(on.code()).as(on.remark()).isEqualTo(ResponseCode.SUCCESS);
            assertThat(pull(broker, "slow").code()).isEqualTo(ResponseCode.SUCCESS);

            broker.askWithBody(RequestCode.UPDATE_BROKER_CONFIG, "disableConsumeIfConsumerReadSlowly=true\n");

            await().until(() -> pull(broker, "slow").code() == ResponseCode.NO_PERMISSION);
        }
    }

    private static void fill(RunningBroker broker) {
        for (int i = 0; i < 30; i++) {
            RemotingCommand sent = broker.call(
                            RequestCode.SEND_MESSAGE_V2, "x".repeat(1_000).getBytes(UTF_8), sendFields("T", 0, ""))
                    .join();
            assertThat(sent.code()).isEqualTo(ResponseCode.SUCCESS);
        }
    }

    private static void connect(RunningBroker broker, String group) {
        RemotingCommand answer = broker.askWithBody(RequestCode.HEART_BEAT, """
                {"clientID":"c-%s","producerDataSet":[],"consumerDataSet":[{"groupName":"%s",
                "consumeType":"CONSUME_PASSIVELY","messageModel":"CLUSTERING",
                "consumeFromWhere":"CONSUME_FROM_FIRST_OFFSET","unitMode":false,"subscriptionDataSet":[{"topic":"T",
                "subString":"*","tagsSet":[],"codeSet":[],"subVersion":7,"expressionType":"TAG"}]}]}
                """.formatted(group, group));
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
    }

    private static void commit(RunningBroker broker, String group, long offset) {
        broker.ask(
                RequestCode.UPDATE_CONSUMER_OFFSET,
                "consumerGroup",
                group,
                "topic",
                "T",
                "queueId",
                "0",
                "commitOffset",
                Long.toString(offset));
    }

    private static RemotingCommand pull(RunningBroker broker, String group) {
        return broker.ask(RequestCode.PULL_MESSAGE, pullFields("T", 0, 0, "consumerGroup", group));
    }
}
