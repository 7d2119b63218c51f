package io.firn.broker.pop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.RunningBroker;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receipt handles, good ones and others. */
final class ReceiptHandleTest {

    private static final String GOOD = "7 1700000000000 60000 3 0 broker-a 1 9";

    @Test
    void readsAHandleWithWhateverProxiesAdd() {
        ReceiptHandle handle = new ReceiptHandle(7, 1_700_000_000_000L, 60_000, 3);
        assertThat(ReceiptHandle.parse(GOOD)).isEqualTo(handle);
        assertThat(ReceiptHandle.parse(GOOD + " 4711")).isEqualTo(handle);
        assertThat(handle.isOrdered()).isFalse();
        assertThat(ReceiptHandle.parse("0 0 0 999 0 b 0 0").isOrdered()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "7",
                "7 1700000000000 60000 3 0 broker-a 1",
                "x 1700000000000 60000 3 0 broker-a 1 9",
                "-1 1700000000000 60000 3 0 broker-a 1 9",
                "7 9223372036854775807 60000 3 0 broker-a 1 9",
                "7 1700000000000 -5 3 0 broker-a 1 9",
                "7 1700000000000 60000 4294967296 0 broker-a 1 9",
                "7 1700000000000 60000 3 8 broker-a 1 9",
                "7 1700000000000 60000 3 0  1 9",
                "7 1700000000000 60000 3 0 broker-a one 9",
                "7  1700000000000 60000 3 0 broker-a 1 9"
            })
    void saysWhatIsWrong(String text) {
        assertThatThrownBy(() -> ReceiptHandle.parse(text))
                .isInstanceOfSatisfying(
                        RequestException.class, e -> assertThat(e.code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL))
                .hasMessageContaining("receipt handle")
                .hasMessageContaining(text);
    }

    @Test
    void badHandlesAndBodiesChangeNothing(@TempDir Path root) {
        long seed = Long.getLong("firn.seed", System.nanoTime());
        Random random = new Random(seed);
        try (RunningBroker broker = RunningBroker.open(root)) {
            PopClient client = new PopClient(broker);
            client.send("a");
            PopClient.Message message = client.pop(600_000).getFirst();
            for (int i = 0; i < 300; i++) {
                String handle = damaged(message.handle(), random);
                String about = "seed " + seed + ": " + handle;
                assertThat(client.ackWith(message, handle).code())
                        .as(about)
                        .isIn(ResponseCode.SUCCESS, ResponseCode.MESSAGE_ILLEGAL);
            }
            for (String body : List.of(
                    "",
                    "{",
                    "{\"acks\":[{\"c\":\"G\",\"t\":\"T\",\"r\":\"7\",\"b\":\"AQ==\"}]}",
                    "{\"acks\":[{\"c\":\"G\",\"t\":\"T\",\"r\":\"0\",\"q\":99,\"b\":\"AQ==\"}]}",
                    "{\"acks\":[{\"c\":\"G\",\"t\":\"T\",\"r\":\"0\",\"so\":-1,\"b\":\"AQ==\"}]}",
                    "{\"acks\":[{\"c\":\"G\",\"t\":\"T\",\"r\":\"0\",\"b\":\"*\"}]}",
                    "{\"acks\":[{\"c\":\"G\",\"t\":\"T\",\"r\":\"0\",\"b\":\"////////\"}]}",
                    "{\"acks\":[{\"c\":\"G\",\"t\":\"T\",\"r\":\"0\"}]}")) {
                RemotingCommand answer = broker.askWithBody(RequestCode.BATCH_ACK_MESSAGE, body);
                assertThat(answer.code()).as(body).isNotEqualTo(ResponseCode.SUCCESS);
                assertThat(answer.remark()).as(body).isNotBlank();
            }
            assertThat(client.ackWith(message, message.handle(), "queueId", "77")
                            .code())
                    .isEqualTo(ResponseCode.MESSAGE_ILLEGAL);
            assertThat(client.ackWith(message, message.handle(), "offset", "77").code())
                    .isEqualTo(ResponseCode.NO_MESSAGE);
            assertThat(client.ackWith(message, message.handle(), "topic", "none")
                            .code())
                    .isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
            assertThat(client.change(message, -1).code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL);

            assertThat(client.pop(600_000)).isEmpty();
            PopClient.changed(message, client.change(message, 500_000));
        }
    }

    /** The start or the time of the pop is another one, or a part is none any more. */
    private static String damaged(String handle, Random random) {
        String[] parts = handle.split(" ", -1);
        int part = random.nextInt(2);
        switch (random.nextInt(3)) {
            case 0 -> parts[part] = Long.toString(random.nextLong());
            case 1 -> parts[part] = parts[part] + (char) ('A' + random.nextInt(50));
            default -> parts[part] = "";
        }
        return String.join(" ", parts);
    }

    @Test
    void acknowledgesManyAtOnce(@TempDir Path root) {
        try (RunningBroker broker = RunningBroker.open(root)) {
            PopClient client = new PopClient(broker);
            for (int i = 0; i < 10; i++) {
                client.send("m" + i);
            }
            List<PopClient.Message> popped = client.pop(600_000);
            String[] handle = popped.getFirst().handle().split(" ", -1);
            String first = "{\"c\":\"G\",\"t\":\"T\",\"r\":\"0\",\"so\":0,\"q\":0,\"rq\":" + handle[3] + ",\"pt\":"
                    + handle[1] + ",\"it\":" + handle[2] + ",\"b\":";
            // bits 0 to 7, as text; bits 8 and 9 as old clients write them
            assertThat(broker.askWithBody(
                                    RequestCode.BATCH_ACK_MESSAGE,
                                    "{\"brokerName\":\"b\",\"acks\":[" + first + "\"/w==\"}," + first + "[0,3]}]}")
                            .code())
                    .isEqualTo(ResponseCode.SUCCESS);
            assertThat(broker.metric("firn_pop_acks_total")).isEqualTo(10);
            assertThat(broker.metric("firn_pop_unfinished")).isZero();
        }
    }
}
