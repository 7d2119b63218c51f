package io.firn.broker;

import static io.firn.broker.RunningBroker.pullFields;
import static io.firn.broker.RunningBroker.sendFields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker that takes nothing, and sends whoever wants what it has not to the primary. */
final class ReadOnlyBrokerTest {

    private static final String READ_ONLY = "firn.readOnly=true";

    @TempDir
    Path root;

    @Test
    void refusesMessagesAndKeepsNothing() throws IOException {
        try (RunningBroker broker = RunningBroker.open(root, READ_ONLY)) {
            RemotingCommand answer = broker.call(
                            RequestCode.SEND_MESSAGE_V2, "m".getBytes(UTF_8), sendFields("T", 0, ""))
                    .join();
            assertThat(answer.code()).isEqualTo(ResponseCode.NO_PERMISSION);
            assertThat(answer.remark()).contains("broker-a").contains("id 1").contains("read-only");
        }
        try (Stream<Path> files = Files.walk(root.resolve("commitlog"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readAllBytes(file)).as(file.toString()).containsOnly(0);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                RequestCode.SEND_MESSAGE,
                RequestCode.SEND_BATCH_MESSAGE,
                RequestCode.CONSUMER_SEND_MSG_BACK,
                RequestCode.RECALL_MESSAGE,
                RequestCode.END_TRANSACTION,
                RequestCode.POP_MESSAGE,
                RequestCode.ACK_MESSAGE,
                RequestCode.CHANGE_MESSAGE_INVISIBLETIME,
                RequestCode.UPDATE_CONSUMER_OFFSET,
                RequestCode.INVOKE_BROKER_TO_RESET_OFFSET,
                RequestCode.LOCK_BATCH_MQ,
                RequestCode.UPDATE_AND_CREATE_TOPIC,
                RequestCode.DELETE_TOPIC_IN_BROKER,
                RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP,
                RequestCode.DELETE_SUBSCRIPTIONGROUP
            })
    void changesNothingThatIsThePrimarys(int code) {
        try (RunningBroker broker = RunningBroker.open(root, READ_ONLY)) {
            RemotingCommand answer = broker.ask(code);
            assertThat(answer.code()).isEqualTo(ResponseCode.NO_PERMISSION);
            assertThat(answer.remark()).contains("read-only");
        }
    }

    @Test
    void sendsPullsOfWhatItHasNotToThePrimary() {
        try (RunningBroker broker = RunningBroker.open(root, READ_ONLY, "brokerId=4")) {
            for (String topic : new String[] {"T", "TBW102"}) {
                for (int offset : new int[] {0, 9}) {
                    RemotingCommand answer =
                            broker.ask(RequestCode.PULL_MESSAGE, pullFields(topic, 0, offset, "sysFlag", "6"));
                    assertThat(answer.code()).isEqualTo(ResponseCode.PULL_RETRY_IMMEDIATELY);
                    assertThat(answer.remark()).isEqualTo("ASK_BROKER_0");
                    assertThat(answer.ext().get("suggestWhichBrokerId")).isEqualTo("0");
                    assertThat(answer.ext().get("nextBeginOffset")).isEqualTo(String.valueOf(offset));
                }
            }
        }
    }

    @Test
    void commitsNoOffsetThatComesWithAPull() {
        try (RunningBroker broker = RunningBroker.open(root, READ_ONLY)) {
            broker.ask(RequestCode.PULL_MESSAGE, pullFields("TBW102", 0, 0, "sysFlag", "5", "commitOffset", "3"));
            RemotingCommand answer = broker.ask(
                    RequestCode.QUERY_CONSUMER_OFFSET,
                    "consumerGroup",
                    "readers",
                    "topic",
                    "TBW102",
                    "queueId",
                    "0",
                    "setZeroIfNotFound",
                    "false");
            assertThat(answer.code()).isEqualTo(ResponseCode.QUERY_NOT_FOUND);
        }
    }

    @Test
    void doesNotStartOnAStoreThatHasMessages() {
        try (RunningBroker broker = RunningBroker.open(root)) {
            broker.call(RequestCode.SEND_MESSAGE_V2, "m".getBytes(UTF_8), sendFields("T", 0, ""))
                    .join();
        }
        assertThatThrownBy(() -> Broker.open(RunningBroker.settings(root, READ_ONLY)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("firn.readOnly")
                .hasMessageContaining(root.toString())
                .hasMessageContaining("empty directory");
    }

    @Test
    void isNeverThePrimary() {
        assertThat(BrokerConfig.from(new ConfigView(Map.of("firn.readOnly", "true")))
                        .brokerId())
                .isEqualTo(1);
        assertThat(BrokerConfig.from(new ConfigView(Map.of())).brokerId()).isZero();
        assertThatThrownBy(() -> Broker.open(RunningBroker.settings(root, READ_ONLY, "brokerId=0")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("brokerId=0")
                .hasMessageContaining("1 or more");
    }
}
