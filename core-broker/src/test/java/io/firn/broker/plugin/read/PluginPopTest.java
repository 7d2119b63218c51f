package io.firn.broker.plugin.read;

import static io.firn.broker.RunningBroker.sendFields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.RunningBroker;
import io.firn.broker.runtime.Clock;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.queue.ReadRequest;
import io.firn.spi.queue.ReadResult;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pops of queues that a plugin serves: where such a queue ends is for the plugin to say, not for the local store. */
final class PluginPopTest {

    private static final int MORE = 100;

    @TempDir
    private Path root;

    private RunningBroker broker;
    private Plugged plugin;

    @BeforeEach
    void open() {
        broker = RunningBroker.open(root);
        plugin = new Plugged(broker, "elsewhere");
        broker.call(RequestCode.SEND_MESSAGE_V2, "a".getBytes(UTF_8), sendFields("T", 0, ""))
                .join();
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> broker.ask(RequestCode.GET_MAX_OFFSET, "topic", "T", "queueId", "0")
                                .ext()
                                .requiredLong("offset")
                        == 1);
        plugin.queue("T", (queue, base) -> new Longer(base)).start();
    }

    @AfterEach
    void close() {
        broker.close();
        plugin.close();
    }

    private RemotingCommand ack(long offset) {
        return broker.ask(
                RequestCode.ACK_MESSAGE,
                "consumerGroup",
                "G",
                "topic",
                "T",
                "queueId",
                "0",
                "offset",
                Long.toString(offset),
                "extraInfo",
                offset + " 1700000000000 60000 0 0 broker-a 0 " + offset);
    }

    @Test
    void takesAcknowledgementsUpToThePluginsEnd() {
        RemotingCommand late = ack(MORE / 2);
        assertThat(late.code()).as(late.remark()).isEqualTo(ResponseCode.SUCCESS);
        RemotingCommand wrong = ack(1 + MORE);
        assertThat(wrong.code()).as(wrong.remark()).isEqualTo(ResponseCode.NO_MESSAGE);
        assertThat(wrong.remark()).contains("store:0~" + (1 + MORE));
    }

    @Test
    void tellsOfMessagesThatOnlyThePluginHas() {
        pop("0");

        RemotingCommand told = broker.ask(RequestCode.NOTIFICATION, fields("0"));
        assertThat(told.ext().requiredBoolean("hasMsg")).isTrue();
    }

    @Test
    void beginsAtThePluginsEnd() {
        RemotingCommand nothing = pop("1");

        assertThat(nothing.code()).as(nothing.remark()).isEqualTo(ResponseCode.POLLING_TIMEOUT);
        RemotingCommand committed =
                broker.ask(RequestCode.QUERY_CONSUMER_OFFSET, "consumerGroup", "G", "topic", "T", "queueId", "0");
        assertThat(committed.ext().requiredLong("offset")).isEqualTo(1 + MORE);
    }

    private RemotingCommand pop(String initMode) {
        return broker.ask(RequestCode.POP_MESSAGE, fields(initMode));
    }

    private static String[] fields(String initMode) {
        return new String[] {
            "consumerGroup", "G",
            "topic", "T",
            "queueId", "0",
            "maxMsgNums", "1",
            "invisibleTime", "60000",
            "pollTime", "0",
            "bornTime", Long.toString(Clock.system().millis()),
            "initMode", initMode
        };
    }

    /** Has more than the local store, at its end. */
    private static final class Longer extends Sieve {

        Longer(QueueReader base) {
            super(base, offset -> true);
        }

        @Override
        public ReadResult read(ReadRequest request) {
            return request.offset() < maxOffset() ? super.read(request) : new ReadResult.AtEnd(request.offset());
        }

        @Override
        public long maxOffset() {
            return base.maxOffset() + MORE;
        }
    }
}
