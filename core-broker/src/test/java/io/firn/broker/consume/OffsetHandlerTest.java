package io.firn.broker.consume;

import static io.firn.broker.RunningBroker.sendFields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.RunningBroker;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Offsets of groups, asked and stored over the wire. */
final class OffsetHandlerTest {

    @TempDir
    Path root;

    private RunningBroker broker;

    @BeforeEach
    void open() {
        broker = RunningBroker.open(root);
        broker.call(RequestCode.SEND_MESSAGE_V2, "m".getBytes(UTF_8), sendFields("T", 0, ""))
                .join();
        broker.askWithBody(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, "{\"groupName\":\"g\"}");
        await().until(() -> broker.ask(RequestCode.GET_MAX_OFFSET, "topic", "T", "queueId", "0")
                        .ext()
                        .requiredLong("offset")
                == 1);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void keepsWhatWasCommittedAlsoWhenItIsLower() {
        assertThat(update("g", "T", "0", "9").code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(query("0").ext().get("offset")).isEqualTo("9");
        assertThat(update("g", "T", "0", "3").code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(query("0").ext().get("offset")).isEqualTo("3");
    }

    @Test
    void startsANewGroupAtZeroWhileTheFirstMessageIsRecent() {
        assertThat(query("0").code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(query("0").ext().get("offset")).isEqualTo("0");
    }

    @Test
    void saysThatThereIsNoneWhenZeroIsNotWanted() {
        RemotingCommand answer = query("0", "setZeroIfNotFound", "false");

        assertThat(answer.code()).isEqualTo(ResponseCode.QUERY_NOT_FOUND);
        assertThat(answer.remark()).contains("[g] has no offset in [T]");
    }

    @Test
    void letsTheClientChooseWhenTheFirstMessageIsOld(@TempDir Path other) {
        try (RunningBroker cold = RunningBroker.open(other, "firn.pull.hotBytes=0")) {
            cold.call(RequestCode.SEND_MESSAGE_V2, "m".getBytes(UTF_8), sendFields("T", 0, ""))
                    .join();
            await().untilAsserted(() -> assertThat(cold.ask(
                                    RequestCode.QUERY_CONSUMER_OFFSET,
                                    "consumerGroup",
                                    "g",
                                    "topic",
                                    "T",
                                    "queueId",
                                    "0")
                            .code())
                    .isEqualTo(ResponseCode.QUERY_NOT_FOUND));
        }
    }

    @Test
    void refusesUnknownGroupTopicAndQueueInThisOrder() {
        assertThat(update("nobody", "Nothing", "99", "0").code()).isEqualTo(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST);
        assertThat(update("g", "Nothing", "99", "0").code()).isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
        RemotingCommand answer = update("g", "T", "99", "0");
        assertThat(answer.code()).isEqualTo(ResponseCode.INVALID_PARAMETER);
        assertThat(answer.remark()).contains("queueId 99");
        assertThat(update("g", "T", "-1", "0").code()).isEqualTo(ResponseCode.INVALID_PARAMETER);
    }

    @Test
    void survivesAQueryForAQueueThatCanNotBe() {
        assertThat(query("-1").code()).isIn(ResponseCode.SUCCESS, ResponseCode.QUERY_NOT_FOUND);
        assertThat(query("2147483647").code()).isIn(ResponseCode.SUCCESS, ResponseCode.QUERY_NOT_FOUND);
        assertThat(query("x").code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
    }

    private RemotingCommand query(String queueId, String... more) {
        String[] fields = {"consumerGroup", "g", "topic", "T", "queueId", queueId};
        String[] all = Arrays.copyOf(fields, fields.length + more.length);
        System.arraycopy(more, 0, all, fields.length, more.length);
        return broker.ask(RequestCode.QUERY_CONSUMER_OFFSET, all);
    }

    private RemotingCommand update(String group, String topic, String queueId, String offset) {
        return broker.ask(
                RequestCode.UPDATE_CONSUMER_OFFSET,
                "consumerGroup",
                group,
                "topic",
                topic,
                "queueId",
                queueId,
                "commitOffset",
                offset);
    }
}
