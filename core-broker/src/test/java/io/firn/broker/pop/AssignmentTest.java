package io.firn.broker.pop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.RunningBroker;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.MessageQueue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets messages of which queues, and how. */
final class AssignmentTest {

    private static final String MODE =
            "{\"topic\":\"T\",\"consumerGroup\":\"G\",\"mode\":\"%s\",\"popShareQueueNum\":0}";

    @Test
    void keepsTheModeAndAnswersByIt(@TempDir Path root) {
        Path file = root.resolve("config/messageRequestMode.json");
        try (RunningBroker broker = RunningBroker.open(root)) {
            new PopClient(broker).send("a");
            join(broker);
            assertThat(answer(broker, "T")).contains("\"queueId\":3").contains("\"mode\":\"PULL\"");
            assertThat(Files.exists(file)).isFalse();

            assertThat(set(broker, "POP").code()).isEqualTo(ResponseCode.SUCCESS);
            assertThat(answer(broker, "T"))
                    .isEqualTo("{\"messageQueueAssignments\":[{\"messageQueue\":{\"topic\":\"T\","
                            + "\"brokerName\":\"broker-a\",\"queueId\":-1},\"mode\":\"POP\"}]}");
            assertThat(answer(broker, "none")).isEqualTo("{}");
        }
        assertThat(file).content().contains("\"popShareQueueNum\": 0");
        try (RunningBroker broker = RunningBroker.open(root)) {
            assertThat(answer(broker, "T")).isEqualTo("{}");
            join(broker);
            assertThat(answer(broker, "T")).contains("\"mode\":\"POP\"");
        }
    }

    @Test
    void refusesModesThatCanNotBe(@TempDir Path root) {
        try (RunningBroker broker = RunningBroker.open(root)) {
            assertThat(set(broker, "POP").code()).isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
            new PopClient(broker).send("a");
            assertThat(set(broker, "POP").code()).isEqualTo(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST);
            join(broker);
            assertThat(set(broker, "PUSH").code()).isEqualTo(ResponseCode.INVALID_PARAMETER);
            assertThat(broker.askWithBody(
                                    RequestCode.SET_MESSAGE_REQUEST_MODE,
                                    MODE.formatted("POP").replace("\"T\"", "\"%RETRY%G\""))
                            .code())
                    .isEqualTo(ResponseCode.NO_PERMISSION);
            assertThat(broker.askWithBody(RequestCode.SET_MESSAGE_REQUEST_MODE, "{")
                            .code())
                    .isEqualTo(ResponseCode.SYSTEM_ERROR);
            assertThat(answer(broker, "T")).contains("PULL");
        }
    }

    private static RemotingCommand set(RunningBroker broker, String mode) {
        return broker.askWithBody(RequestCode.SET_MESSAGE_REQUEST_MODE, MODE.formatted(mode));
    }

    private static void join(RunningBroker broker) {
        RemotingCommand answer = broker.askWithBody(
                RequestCode.HEART_BEAT,
                "{\"clientID\":\"me\",\"consumerDataSet\":[{\"groupName\":\"G\",\"consumeType\":\"CONSUME_PASSIVELY\","
                        + "\"messageModel\":\"CLUSTERING\",\"consumeFromWhere\":\"CONSUME_FROM_FIRST_OFFSET\","
                        + "\"subscriptionDataSet\":[{\"topic\":\"T\",\"subString\":\"*\"}]}]}");
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
    }

    private static String answer(RunningBroker broker, String topic) {
        RemotingCommand answer = broker.askWithBody(
                RequestCode.QUERY_ASSIGNMENT,
                ("{\"topic\":\"%s\",\"consumerGroup\":\"G\",\"clientId\":\"me\","
                                + "\"strategyName\":\"AVG\",\"messageModel\":\"CLUSTERING\"}")
                        .formatted(topic));
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
        return new String(answer.bodyBytes(), UTF_8);
    }

    @Test
    void sharesQueuesAsClientsDo() {
        List<String> members = List.of("a", "b", "c");
        assertThat(ids(Shares.pulled("AVG", "a", queues(8), members))).containsExactly(0, 1, 2);
        assertThat(ids(Shares.pulled("AVG", "b", queues(8), members))).containsExactly(3, 4, 5);
        assertThat(ids(Shares.pulled("AVG", "c", queues(8), members))).containsExactly(6, 7);
        assertThat(ids(Shares.pulled("AVG", "c", queues(2), members))).isEmpty();
        assertThat(ids(Shares.pulled("AVG_BY_CIRCLE", "b", queues(8), members))).containsExactly(1, 4, 7);
        assertThat(ids(Shares.pulled("AVG", "stranger", queues(8), members))).isEmpty();
        assertThat(Shares.pulled("OTHER", "a", queues(8), members)).isNull();
    }

    @Test
    void sharesPoppedQueuesWithTheNextMembers() {
        List<String> members = List.of("a", "b", "c");
        assertThat(ids(Shares.popped("AVG", "a", queues(8), members, 0))).containsExactly(-1);
        assertThat(ids(Shares.popped("AVG", "a", queues(8), members, 2))).containsExactly(-1);
        assertThat(ids(Shares.popped("AVG", "c", queues(8), members, 1))).containsExactly(6, 7, 0, 1, 2);
        assertThat(ids(Shares.popped("AVG", "c", queues(2), members, 1))).containsExactly(0);
    }

    private static List<MessageQueue> queues(int count) {
        return IntStream.range(0, count)
                .mapToObj(id -> new MessageQueue("T", "b", id))
                .toList();
    }

    private static List<Integer> ids(@Nullable List<MessageQueue> queues) {
        return Objects.requireNonNull(queues).stream()
                .map(MessageQueue::queueId)
                .toList();
    }
}
