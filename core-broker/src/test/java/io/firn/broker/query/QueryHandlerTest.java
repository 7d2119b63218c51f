package io.firn.broker.query;

import static io.firn.broker.RunningBroker.sendFields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.RunningBroker;
import io.firn.broker.record.MessageId;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages by position, key and time. */
final class QueryHandlerTest {

    private static final String END_OF_TIME = Long.toString(Long.MAX_VALUE);

    @TempDir
    Path root;

    private RunningBroker broker;
    private final List<Long> positions = new ArrayList<>();

    @BeforeEach
    void open() {
        broker = RunningBroker.open(root);
        store("one", "KEYS\u0001order1 order2\u0002TAGS\u0001red\u0002UNIQ_KEY\u0001ID1\u0002");
        store("two", "KEYS\u0001order2\u0002UNIQ_KEY\u0001ID2\u0002");
        await().until(() -> offset(RequestCode.GET_MAX_OFFSET) == 2);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void findsOneRecordByItsPosition() {
        RemotingCommand answer = broker.ask(RequestCode.VIEW_MESSAGE_BY_ID, "offset", Long.toString(positions.get(1)));

        assertThat(RunningBroker.bodies(answer)).containsExactly("two");
    }

    @Test
    void saysThatNoRecordStartsThere() {
        for (long wrong : new long[] {-1, 1, positions.get(1) + 8, 1 << 19, Long.MAX_VALUE, Long.MIN_VALUE}) {
            RemotingCommand answer = broker.ask(RequestCode.VIEW_MESSAGE_BY_ID, "offset", Long.toString(wrong));
            assertThat(answer.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
            assertThat(answer.remark()).isEqualTo("can not find message by the offset, " + wrong);
        }
    }

    @Test
    void findsMessagesByEachOfTheirKeys() {
        assertThat(RunningBroker.bodies(byKey("order1"))).containsExactly("one");
        assertThat(RunningBroker.bodies(byKey("order2"))).containsExactlyInAnyOrder("one", "two");
        RemotingCommand unique = byKey("ID2", "_UNIQUE_KEY_QUERY", "true");
        assertThat(RunningBroker.bodies(unique)).containsExactly("two");
        assertThat(unique.ext().requiredLong("indexLastUpdatePhyoffset")).isEqualTo(positions.get(1));
        assertThat(unique.ext().requiredLong("indexLastUpdateTimestamp")).isPositive();
    }

    @Test
    void givesNoMoreThanWanted() {
        assertThat(RunningBroker.bodies(byKey("order2", "maxNum", "1"))).hasSize(1);
        assertThat(RunningBroker.bodies(byKey("order2", "maxNum", "-5"))).hasSize(1);
        assertThat(RunningBroker.bodies(byKey("order2", "maxNum", "2147483647")))
                .hasSize(2);
    }

    @Test
    void saysThatThereIsNoSuchKeyTopicOrTime() {
        assertThat(byKey("order3").code()).isEqualTo(ResponseCode.QUERY_NOT_FOUND);
        assertThat(byKey("order").code()).isEqualTo(ResponseCode.QUERY_NOT_FOUND);
        assertThat(byKey("order1", "topic", "U").code()).isEqualTo(ResponseCode.QUERY_NOT_FOUND);
        assertThat(byKey("order1", "endTimestamp", "1").code()).isEqualTo(ResponseCode.QUERY_NOT_FOUND);
    }

    @Test
    void tellsOffsetsAndTimesOfAQueue() {
        long first = time();

        assertThat(first).isPositive();
        assertThat(offset(RequestCode.GET_MIN_OFFSET)).isZero();
        assertThat(offset(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, "timestamp", "0"))
                .isZero();
        assertThat(offset(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, "timestamp", END_OF_TIME))
                .isEqualTo(2);
        assertThat(offset(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, "timestamp", END_OF_TIME, "boundaryType", "upper"))
                .isEqualTo(1);
    }

    @Test
    void answersForQueuesThatDoNotExist() {
        assertThat(offset(RequestCode.GET_MAX_OFFSET, "topic", "U")).isZero();
        assertThat(offset(RequestCode.GET_MIN_OFFSET, "queueId", "-1")).isZero();
        assertThat(offset(RequestCode.GET_MAX_OFFSET, "queueId", "2147483647")).isZero();
        assertThat(offset(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, "topic", "U", "timestamp", "5"))
                .isZero();
        assertThat(broker.ask(RequestCode.GET_EARLIEST_MSG_STORETIME, "topic", "U", "queueId", "0")
                        .ext()
                        .requiredLong("timestamp"))
                .isEqualTo(-1);
    }

    private long time() {
        return broker.ask(RequestCode.GET_EARLIEST_MSG_STORETIME, "topic", "T", "queueId", "0")
                .ext()
                .requiredLong("timestamp");
    }

    private long offset(int code, String... more) {
        List<String> fields = new ArrayList<>(List.of(more));
        for (String[] field : new String[][] {{"topic", "T"}, {"queueId", "0"}}) {
            if (!fields.contains(field[0])) {
                fields.addAll(List.of(field));
            }
        }
        return broker.ask(code, fields.toArray(String[]::new)).ext().requiredLong("offset");
    }

    private RemotingCommand byKey(String key, String... more) {
        List<String> fields = new ArrayList<>(List.of(more));
        fields.addAll(List.of("key", key));
        String[][] defaults = {{"topic", "T"}, {"maxNum", "32"}, {"beginTimestamp", "0"}, {"endTimestamp", END_OF_TIME}
        };
        for (String[] field : defaults) {
            if (!fields.contains(field[0])) {
                fields.addAll(List.of(field));
            }
        }
        return broker.ask(RequestCode.QUERY_MESSAGE, fields.toArray(String[]::new));
    }

    private void store(String body, String properties) {
        RemotingCommand answer = broker.call(
                        RequestCode.SEND_MESSAGE_V2, body.getBytes(UTF_8), sendFields("T", 0, properties))
                .join();
        positions.add(MessageId.parse(answer.ext().required("msgId")).position());
    }
}
