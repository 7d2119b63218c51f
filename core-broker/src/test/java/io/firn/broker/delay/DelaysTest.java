package io.firn.broker.delay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.RunningBroker;
import io.firn.broker.plugin.plane.TestPlugin;
import io.firn.broker.record.RecordView;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.Phase;
import io.firn.spi.put.PutMessage;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.put.PutOutcome;
import io.firn.spi.put.PutView;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Delayed messages through a whole broker. Level 3 does not come in the time of a test. */
final class DelaysTest {

    private static final String LEVELS = "messageDelayLevel=1s 2s 1h";
    private static final String SCHEDULE = "SCHEDULE_TOPIC_XXXX";

    @TempDir
    Path root;

    @Test
    void deliversToItsOwnQueueWhenDueWithAllThatItHad() {
        try (RunningBroker broker = open()) {
            RemotingCommand answer = send(broker, "T", 1, "late", property("DELAY", "1") + property("TAGS", "t"));

            assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
            assertThat(answer.ext().get("queueId")).isEqualTo("1");
            soon().untilAsserted(() -> assertThat(bodies(broker, "T", 1)).containsExactly("late"));
            RecordView delivered = records(broker, "T", 1).getFirst();
            RecordView aside = records(broker, SCHEDULE, 0).getFirst();
            assertThat(delivered.storeTimestamp() - aside.storeTimestamp()).isGreaterThanOrEqualTo(1_000);
            assertThat(delivered.bornTimestamp()).isEqualTo(aside.bornTimestamp());
            assertThat(RunningBroker.properties(delivered)).isEqualTo(RunningBroker.properties(aside));
            assertThat(delivered.property("REAL_TOPIC")).isEqualTo("T");
            assertThat(delivered.property("REAL_QID")).isEqualTo("1");
            assertThat(delivered.property("DELAY")).isEqualTo("1");
            assertThat(delivered.property("TAGS")).isEqualTo("t");
            assertThat(broker.metric("firn_delay_delivered_total")).isEqualTo(1);
        }
    }

    @Test
    void deliversInTheOrderInWhichMessagesAreDue() {
        try (RunningBroker broker = open()) {
            send(broker, "T", 0, "second", property("DELAY", "2"));
            send(broker, "T", 0, "first", property("DELAY", "1"));
            send(broker, "T", 0, "now", "");

            soon().untilAsserted(() -> assertThat(bodies(broker, "T", 0)).containsExactly("now", "first", "second"));
        }
    }

    @Test
    void showsAMessageToTheHooksOfItsTopicWhenItIsSentAndWhenItIsDue() {
        List<String> seen = new CopyOnWriteArrayList<>();
        List<String> stored = new CopyOnWriteArrayList<>();
        try (RunningBroker broker = open();
                TestPlugin plugin = TestPlugin.of("watch", root)) {
            plugin.put(broker.plane(), HookSpec.of("all", Phase.OBSERVE), new PutMessageHook() {
                @Override
                public Verdict beforePut(PutMessage message) {
                    seen.add(message.origin() + " " + message.topic() + " " + message.queueId());
                    return Verdict.ACCEPT;
                }

                @Override
                public void afterPut(PutView message, PutOutcome outcome) {
                    stored.add(outcome.status() + " " + outcome.queueOffset());
                }
            });
            send(broker, "T", 1, "x", property("DELAY", "1"));

            soon().untilAsserted(() -> assertThat(stored).hasSize(2));
        }

        assertThat(seen).containsExactly("CLIENT T 1", "DELAY_DELIVERY T 1");
        assertThat(stored).containsExactly("APPENDED -1", "APPENDED 0");
    }

    @Test
    void tellsTheSenderWhenAHookRefusesADelayedMessage() {
        try (RunningBroker broker = open();
                TestPlugin plugin = TestPlugin.of("strict", root)) {
            plugin.put(
                    broker.plane(),
                    HookSpec.of("none", Phase.VALIDATE),
                    message -> Verdict.reject(RejectCode.MESSAGE_ILLEGAL, "not this one"));

            RemotingCommand answer = send(broker, "T", 1, "x", property("DELAY", "1"));

            assertThat(answer.code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL);
            assertThat(answer.remark()).contains("not this one");
            assertThat(bodies(broker, SCHEDULE, 0)).isEmpty();
        }
    }

    @Test
    void takesALevelAboveTheHighestForTheHighest() {
        try (RunningBroker broker = open()) {
            send(broker, "T", 0, "x", property("DELAY", "99"));

            soon().untilAsserted(() -> assertThat(bodies(broker, SCHEDULE, 2)).containsExactly("x"));
            assertThat(records(broker, SCHEDULE, 2).getFirst().property("DELAY"))
                    .isEqualTo("3");
            assertThat(broker.metric("firn_delay_waiting_messages")).isEqualTo(1);
        }
    }

    @Test
    void takesALevelForStrongerThanATime() {
        try (RunningBroker broker = open()) {
            send(broker, "T", 0, "x", property("DELAY", "3") + property("TIMER_DELAY_SEC", "1"));

            soon().untilAsserted(() -> assertThat(bodies(broker, SCHEDULE, 2)).containsExactly("x"));
            assertThat(records(broker, SCHEDULE, 2).getFirst().property("TIMER_DELAY_SEC"))
                    .isNull();
        }
    }

    @Test
    void doesNotDelayLevelsBelowOne() {
        try (RunningBroker broker = open()) {
            send(broker, "T", 0, "zero", property("DELAY", "0"));
            send(broker, "T", 0, "minus", property("DELAY", "-1"));

            soon().untilAsserted(() -> assertThat(bodies(broker, "T", 0)).containsExactly("zero", "minus"));
        }
    }

    @Test
    void keepsNoFileWithoutDelayedMessages() {
        try (RunningBroker broker = open()) {
            send(broker, "T", 0, "x", "");
        }

        assertThat(progress()).doesNotExist();
    }

    @Test
    void deliversAfterARestartWhatWasNotDeliveredBeforeAndNothingElse() {
        try (RunningBroker broker = open()) {
            send(broker, "T", 0, "before", property("DELAY", "1"));
            soon().untilAsserted(() -> assertThat(bodies(broker, "T", 0)).containsExactly("before"));
            send(broker, "T", 0, "after", property("DELAY", "1"));
        }
        assertThat(progress()).exists();

        try (RunningBroker broker = open()) {
            soon().untilAsserted(() -> assertThat(bodies(broker, "T", 0)).contains("after"));
            assertThat(bodies(broker, "T", 0)).containsExactly("before", "after");
        }
    }

    @Test
    void waitsForTheNextMessageAtAQueueThatEndsWithoutOne() throws IOException {
        // progress is written once, after the first delivery: it does not make the timer look again later
        String seldom = "flushDelayOffsetInterval=3600000";
        int batch = 256;
        try (RunningBroker broker = RunningBroker.open(root, LEVELS, seldom)) {
            send(broker, "T", 0, "first", property("DELAY", "1"));
            for (int i = 0; i <= batch; i++) {
                send(broker, "T", 1, "m" + i, property("DELAY", "2"));
            }
            soon().until(() -> broker.metric("firn_delay_waiting_messages") >= batch);
        }
        blank(1, batch);

        try (RunningBroker broker = RunningBroker.open(root, LEVELS, seldom)) {
            // a whole turn of the timer, and nothing for the next one
            soon().until(() -> broker.metric("firn_delay_delivered_total") >= batch
                    && broker.metric("firn_delay_waiting_messages") == 0);
            send(broker, "T", 2, "next", property("DELAY", "2"));

            soon().untilAsserted(() -> assertThat(bodies(broker, "T", 2)).containsExactly("next"));
        }
    }

    /** Makes an entry of a level's queue one that stands for no message, by its size. */
    private void blank(int queue, int entry) throws IOException {
        Path file = root.resolve("consumequeue")
                .resolve(SCHEDULE)
                .resolve(Integer.toString(queue))
                .resolve("0".repeat(20));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertThat(channel.write(ByteBuffer.allocate(4).putInt(0, Integer.MAX_VALUE), entry * 20L + 8))
                    .isEqualTo(4);
        }
    }

    @Test
    void startsAtTheEndOfAQueueThatIsShorterThanItsProgress() throws IOException {
        Files.createDirectories(progress().getParent());
        Files.writeString(progress(), "{\"dataVersion\":{\"counter\":7},\"offsetTable\":{1:999999,40:3}}");
        try (RunningBroker broker = open()) {
            send(broker, "T", 0, "x", property("DELAY", "1"));

            soon().untilAsserted(() -> assertThat(bodies(broker, "T", 0)).containsExactly("x"));
        }

        assertThat(Files.readString(progress()))
                .contains("\"offsetTable\":{\"1\":1,\"40\":3}")
                .doesNotContain("\"counter\":7");
    }

    @Test
    void refusesToStartWhenProgressCanNotBeRead() throws IOException {
        Files.createDirectories(progress().getParent());
        Files.writeString(progress(), "{\"offsetTable\":{\"soon\":1}}");

        assertThatThrownBy(this::open)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("delayOffset.json")
                .hasMessageContaining("soon");
    }

    private RunningBroker open() {
        return RunningBroker.open(root, LEVELS);
    }

    private Path progress() {
        return root.resolve("config").resolve("delayOffset.json");
    }

    private static RemotingCommand send(RunningBroker broker, String topic, int queue, String body, String properties) {
        return broker.call(
                        RequestCode.SEND_MESSAGE_V2,
                        body.getBytes(UTF_8),
                        RunningBroker.sendFields(topic, queue, properties))
                .join();
    }

    private static List<RecordView> records(RunningBroker broker, String topic, int queue) {
        RemotingCommand answer = broker.ask(RequestCode.PULL_MESSAGE, RunningBroker.pullFields(topic, queue, 0));
        return answer.code() == ResponseCode.SUCCESS ? RunningBroker.records(answer) : List.of();
    }

    private static List<String> bodies(RunningBroker broker, String topic, int queue) {
        return records(broker, topic, queue).stream().map(RunningBroker::body).toList();
    }

    private static String property(String key, String value) {
        return key + '\u0001' + value + '\u0002';
    }

    private static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(50));
    }
}
