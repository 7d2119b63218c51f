package io.firn.broker.consume;

import static io.firn.broker.RunningBroker.pullFields;
import static io.firn.broker.RunningBroker.sendFields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.RunningBroker;
import io.firn.broker.runtime.ByteSize;
import io.firn.broker.runtime.ManualClock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Groups that read old data, and how much of it. */
final class ColdReadsTest {

    private static final long OLD = 1_001;

    @TempDir
    Path root;

    private final ManualClock clock = new ManualClock(1_000);

    @Test
    void aGroupThatHasReadMuchOldDataWaitsUntilTheWindowIsOver() {
        ColdReads cold = new ColdReads(config(true), clock, new Metrics());

        cold.read("g", OLD, 99);
        assertThat(cold.mustWait("g", OLD)).isFalse();
        cold.read("g", OLD, 1);
        assertThat(cold.mustWait("g", OLD)).isTrue();
        assertThat(cold.mustWait("g", OLD - 1)).as("what is young").isFalse();
        assertThat(cold.mustWait("other", OLD)).isFalse();

        clock.advance(Duration.ofSeconds(5));
        assertThat(cold.mustWait("g", OLD)).isFalse();
        assertThat(cold.overview().runtimeTable()).containsKey("g");
        clock.advance(Duration.ofSeconds(5));
        assertThat(cold.overview().runtimeTable()).isEmpty();
    }

    @Test
    void youngDataCountsForNothing() {
        ColdReads cold = new ColdReads(config(true), clock, new Metrics());

        cold.read("g", OLD - 1, 1_000);

        assertThat(cold.mustWait("g", OLD)).isFalse();
        assertThat(cold.overview().globalAcc()).isZero();
    }

    @Test
    void allThatReadOldDataWaitWhenTheyHaveReadTooMuchTogether() {
        ColdReads cold = new ColdReads(config(true), clock, new Metrics());
        for (int i = 0; i < 6; i++) {
            cold.read("g" + i, OLD, 90);
        }

        assertThat(cold.mustWait("g0", OLD)).isTrue();
        assertThat(cold.mustWait("new", OLD)).isFalse();
        assertThat(cold.mustWait("TOOLS_CONSUMER", OLD)).isFalse();
    }

    @Test
    void aGroupMayHaveALimitOfItsOwn() {
        ColdReads cold = new ColdReads(config(true), clock, new Metrics());
        cold.limit("g", 200);
        cold.read("g", OLD, 150);
        assertThat(cold.mustWait("g", OLD)).isFalse();

        cold.removeLimit("g");

        assertThat(cold.mustWait("g", OLD)).isTrue();
    }

    @Test
    void nothingIsCountedUnlessThatIsWished() {
        ColdReads cold = new ColdReads(config(false), clock, new Metrics());
        cold.read("g", OLD, 1_000);
        assertThat(cold.mustWait("g", OLD)).isFalse();
        assertThat(cold.overview().runtimeTable()).isEmpty();

        cold.adopt(config(true));
        cold.read("g", OLD, 1_000);

        assertThat(cold.mustWait("g", OLD)).isTrue();
    }

    @Test
    void pushConsumersAreRefusedAndOthersGetOneMessageLater() {
        try (RunningBroker broker = controlled()) {
            fill(broker);
            connect(broker, "push", "CONSUME_PASSIVELY");
            connect(broker, "pull", "CONSUME_ACTIVELY");

            assertThat(RunningBroker.records(pull(broker, "push", 0))).hasSize(2);
            RemotingCommand refused = pull(broker, "push", 2);
            assertThat(refused.code()).isEqualTo(ResponseCode.SYSTEM_BUSY);
            assertThat(refused.remark())
                    .isEqualTo("This consumer group is reading cold data. It has been flow control");

            assertThat(RunningBroker.records(pull(broker, "pull", 0))).hasSize(2);
            assertThat(RunningBroker.records(pull(broker, "pull", 2))).hasSize(1);
            assertThat(broker.metric("firn_consume_cold_pulls_held_total")).isEqualTo(2);
        }
    }

    @Test
    void operatorsSeeAndLimitWhatGroupsRead() {
        try (RunningBroker broker = controlled()) {
            fill(broker);
            pull(broker, "push", 0);

            assertThat(limits(broker)).contains("\"push\":{\"coldAcc\":").contains("\"cgColdReadThreshold\":1024");
            assertThat(change(broker, RequestCode.UPDATE_COLD_DATA_FLOW_CTR_CONFIG, "push=1000000\nother=5\n")
                            .code())
                    .isZero();
            assertThat(limits(broker)).contains("\"configTable\":{\"other\":5,\"push\":1000000}");
            assertThat(RunningBroker.records(pull(broker, "push", 2))).hasSize(2);
            assertThat(change(broker, RequestCode.REMOVE_COLD_DATA_FLOW_CTR_CONFIG, "other")
                            .code())
                    .isZero();
            assertThat(limits(broker)).contains("\"configTable\":{\"push\":1000000}");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "2001; g=many; the limit of group g is 'many'",
                "2001; g=-1; expected bytes, 0 or more",
                "2001; good=1 NL g=; the limit of group g is ''",
                "2001; no/group=1; illegal character",
                "2001; \\u00; the body is not lines group=bytes",
                "2001; ''; the body names no group",
                "2002; ''; the group name is empty",
                "2002; no/group; illegal character"
            })
    void malformedLimitsAreRefusedAndChangeNothing(int code, String body, String why) {
        try (RunningBroker broker = RunningBroker.open(root)) {
            RemotingCommand answer = change(broker, code, body.replace(" NL ", "\n"));

            assertThat(answer.code()).isEqualTo(ResponseCode.INVALID_PARAMETER);
            assertThat(answer.remark()).contains(why);
            assertThat(limits(broker)).contains("\"configTable\":{}");
        }
    }

    private static ColdReadsConfig config(boolean active) {
        return new ColdReadsConfig(active, new ByteSize(100), new ByteSize(500), new ByteSize(OLD - 1));
    }

    /** All but the last message of the log is old; two messages are as much as a group may read. */
    private RunningBroker controlled() {
        return RunningBroker.open(
                root,
                "coldDataFlowControlEnable=true",
                "cgColdReadThreshold=1024",
                "accessMessageInMemoryHotRatio=0",
                "firn.pull.hotBytes=0");
    }

    private static void fill(RunningBroker broker) {
        for (int i = 0; i < 10; i++) {
            RemotingCommand sent = broker.call(
                            RequestCode.SEND_MESSAGE_V2, "x".repeat(1_000).getBytes(UTF_8), sendFields("T", 0, ""))
                    .join();
            assertThat(sent.code()).isEqualTo(ResponseCode.SUCCESS);
        }
    }

    private static void connect(RunningBroker broker, String group, String type) {
        RemotingCommand answer = broker.askWithBody(RequestCode.HEART_BEAT, """
                {"clientID":"c-%s","producerDataSet":[],"consumerDataSet":[{"groupName":"%s","consumeType":"%s",
                "messageModel":"CLUSTERING","consumeFromWhere":"CONSUME_FROM_FIRST_OFFSET","unitMode":false,
                "subscriptionDataSet":[]}]}
                """.formatted(group, group, type));
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
    }

    private static RemotingCommand pull(RunningBroker broker, String group, long offset) {
        return broker.ask(
                RequestCode.PULL_MESSAGE, pullFields("T", 0, offset, "consumerGroup", group, "maxMsgNums", "2"));
    }

    private static RemotingCommand change(RunningBroker broker, int code, String body) {
        return broker.askWithBody(code, body);
    }

    private static String limits(RunningBroker broker) {
        RemotingCommand answer = broker.ask(RequestCode.GET_COLD_DATA_FLOW_CTR_INFO);
        return new String(answer.bodyBytes(), UTF_8);
    }
}
