package io.firn.broker.timer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.RunningBroker;
import io.firn.broker.record.RecordView;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Timed messages through a whole broker, whose slots are a tenth of a second. */
final class TimersTest {

    private static final String TIMER = "rmq_sys_wheel_timer";
    private static final long HOUR_MS = 3_600_000;

    @TempDir
    Path root;

    @Test
    void deliversToItsOwnQueueWhenDue() {
        try (RunningBroker broker = open()) {
            RemotingCommand answer =
                    send(broker, 1, "late", property("TIMER_DELAY_MS", "500") + property("UNIQ_KEY", "K"));

            assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
            assertThat(answer.ext().get("queueId")).isEqualTo("1");
            soon().untilAsserted(() -> assertThat(bodies(broker, 1)).containsExactly("late"));
            RecordView aside = records(broker, TIMER, 0).getFirst();
            RecordView delivered = records(broker, "T", 1).getFirst();
            long out = Long.parseLong(aside.property("TIMER_OUT_MS"));
            assertThat(out % 100).isZero();
            assertThat(aside.property("REAL_TOPIC")).isEqualTo("T");
            assertThat(aside.property("REAL_QID")).isEqualTo("1");
            assertThat(delivered.storeTimestamp()).isGreaterThanOrEqualTo(out + 100);
            assertThat(delivered.storeTimestamp() - aside.storeTimestamp()).isGreaterThanOrEqualTo(500);
            assertThat(delivered.bornTimestamp()).isEqualTo(aside.bornTimestamp());
            assertThat(delivered.property("TIMER_OUT_MS")).isEqualTo(Long.toString(out));
            assertThat(delivered.property("TIMER_ENQUEUE_MS")).isNotNull();
            assertThat(delivered.property("TIMER_DEQUEUE_MS")).isNotNull();
            assertThat(delivered.property("REAL_TOPIC")).isNull();
            assertThat(delivered.property("REAL_QID")).isNull();
            assertThat(RecallHandle.parse(answer.ext().get("recallHandle")))
                    .isEqualTo(new RecallHandle("T", "broker-a", out + 1, "K"));
            assertThat(broker.metric("firn_timer_delivered_total")).isEqualTo(1);
        }
    }

    @Test
    void deliversSlotsInTheOrderOfTheirTimesAndEachInTheOrderOfSends() {
        try (RunningBroker broker = open()) {
            long due = System.currentTimeMillis() + 1_500;
            send(broker, 0, "c", property("TIMER_DELIVER_MS", Long.toString(due + 300)));
            send(broker, 0, "a", property("TIMER_DELIVER_MS", Long.toString(due)));
            send(broker, 0, "b", property("TIMER_DELIVER_MS", Long.toString(due)));

            soon().untilAsserted(() -> assertThat(bodies(broker, 0)).containsExactly("a", "b", "c"));
        }
    }

    @ParameterizedTest
    @CsvSource({"TIMER_DELIVER_MS, 1700000000000", "TIMER_DELAY_MS, 0", "TIMER_DELAY_SEC, -1"})
    void deliversAtOnceWhatIsDueAlready(String name, String value) {
        try (RunningBroker broker = open()) {
            RemotingCommand answer = send(broker, 0, "now", property(name, value));

            assertThat(answer.ext().get("recallHandle")).isNull();
            soon().untilAsserted(() -> assertThat(bodies(broker, 0)).containsExactly("now"));
        }
        assertThat(root.resolve("timerlog")).doesNotExist();
        assertThat(root.resolve("timerwheel")).doesNotExist();
        assertThat(root.resolve("timercheck")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "TIMER_DELAY_SEC, 3601, timerMaxDelaySec",
        "TIMER_DELAY_SEC, 9223372036854775807, timerMaxDelaySec",
        "TIMER_DELIVER_MS, 9223372036854775807, timerMaxDelaySec",
        "TIMER_DELAY_MS, soon, not a number",
    })
    void refusesTimesThatAreNone(String name, String value, String remark) {
        try (RunningBroker broker = open("timerMaxDelaySec=3600")) {
            RemotingCommand answer = send(broker, 0, "x", property(name, value));

            assertThat(answer.code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL);
            assertThat(answer.remark()).contains(remark);
            assertThat(records(broker, TIMER, 0)).isEmpty();
        }
    }

    @Test
    void refusesTimedMessagesWhenTheWheelIsSwitchedOff() {
        try (RunningBroker broker = open("timerWheelEnable=false")) {
            RemotingCommand answer = send(broker, 0, "x", property("TIMER_DELAY_SEC", "1"));

            assertThat(answer.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
            assertThat(answer.remark()).contains("timerWheelEnable");
        }
    }

    @Test
    void refusesMoreMessagesThanASlotMayHave() {
        try (RunningBroker broker = open("timerCongestNumEachSlot=2")) {
            String time = property("TIMER_DELIVER_MS", Long.toString(System.currentTimeMillis() + HOUR_MS));
            send(broker, 0, "1", time);
            send(broker, 0, "2", time);
            soon().until(() -> broker.metric("firn_timer_waiting_messages") == 2);

            RemotingCommand answer = send(broker, 0, "3", time);

            assertThat(answer.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
            assertThat(answer.remark()).contains("timerCongestNumEachSlot");
            assertThat(send(broker, 0, "4", property("TIMER_DELAY_SEC", "9")).code())
                    .isEqualTo(ResponseCode.SUCCESS);
        }
    }

    @Test
    void doesNotDeliverWhatWasRecalled() {
        try (RunningBroker broker = open("recallMessageEnable=true")) {
            long due = System.currentTimeMillis() + 3_000;
            String time = property("TIMER_DELIVER_MS", Long.toString(due));
            RemotingCommand first = send(broker, 0, "first", time + property("UNIQ_KEY", "K1"));
            send(broker, 0, "second", time + property("UNIQ_KEY", "K2"));

            RemotingCommand recalled = recall(broker, "T", first.ext().get("recallHandle"));

            assertThat(recalled.code()).isEqualTo(ResponseCode.SUCCESS);
            assertThat(recalled.ext().get("msgId")).isEqualTo("K1");
            soon().untilAsserted(() -> assertThat(bodies(broker, 0)).containsExactly("second"));
            soon().until(() -> broker.metric("firn_timer_recalled_total") == 1);
            assertThat(bodies(broker, 0)).containsExactly("second");
        }
    }

    @Test
    void refusesToRecallUnlessItIsSwitchedOn() {
        try (RunningBroker broker = open()) {
            assertThat(recall(broker, "T", "x").code()).isEqualTo(ResponseCode.NO_PERMISSION);
        }
    }

    @Test
    void saysWhyAMessageCanNotBeRecalled() {
        try (RunningBroker broker = open("recallMessageEnable=true", "timerMaxDelaySec=3600")) {
            send(broker, 0, "x", "");
            long now = System.currentTimeMillis();

            assertThat(recall(broker, "None", handle("None", "broker-a", now + 9_000))
                            .code())
                    .isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
            assertRefused(recall(broker, "T", "***"), "base64");
            assertRefused(recall(broker, "T", handle("Other", "broker-a", now + 9_000)), "for the topic [Other]");
            assertRefused(recall(broker, "T", handle("T", "broker-b", now + 9_000)), "for the broker broker-b");
            assertRefused(recall(broker, "T", handle("T", "broker-a", now - 1)), "past");
            assertRefused(recall(broker, "T", handle("T", "broker-a", now + 2 * HOUR_MS)), "timerMaxDelaySec");
            assertThat(records(broker, TIMER, 0)).isEmpty();
        }
    }

    @Test
    void storesLongTimersAgainAfterEachWindow() {
        try (RunningBroker broker = open("timerRollWindowSlot=6")) {
            long due = System.currentTimeMillis() + 2_000;
            send(broker, 0, "x", property("TIMER_DELIVER_MS", Long.toString(due)));

            soon().untilAsserted(() -> assertThat(bodies(broker, 0)).containsExactly("x"));
            RecordView delivered = records(broker, "T", 0).getFirst();
            assertThat(delivered.storeTimestamp()).isGreaterThanOrEqualTo(due);
            assertThat(Integer.parseInt(delivered.property("TIMER_ROLL_TIMES"))).isPositive();
            assertThat(broker.metric("firn_timer_rolled_total"))
                    .isEqualTo(Integer.parseInt(delivered.property("TIMER_ROLL_TIMES")));
        }
    }

    @Test
    void recallsAMessageThatIsStoredAgainAfterEachWindow() {
        try (RunningBroker broker = open("recallMessageEnable=true", "timerRollWindowSlot=6")) {
            long due = System.currentTimeMillis() + 2_500;
            RemotingCommand first = send(broker, 0, "x", property("TIMER_DELIVER_MS", Long.toString(due)));
            recall(broker, "T", first.ext().get("recallHandle"));
            send(broker, 0, "last", property("TIMER_DELIVER_MS", Long.toString(due + 500)));

            soon().untilAsserted(() -> assertThat(bodies(broker, 0)).containsExactly("last"));
            assertThat(broker.metric("firn_timer_recalled_total")).isEqualTo(1);
        }
    }

    @Test
    void goesOnAfterARestartAndDeliversNothingTwice() {
        try (RunningBroker broker = open()) {
            send(broker, 0, "before", property("TIMER_DELAY_MS", "200"));
            soon().untilAsserted(() -> assertThat(bodies(broker, 0)).containsExactly("before"));
            send(broker, 0, "after", property("TIMER_DELAY_MS", "700"));
        }

        try (RunningBroker broker = open()) {
            soon().untilAsserted(() -> assertThat(bodies(broker, 0)).contains("after"));
            assertThat(bodies(broker, 0)).containsExactly("before", "after");
        }
    }

    @Test
    void losesNothingWhenItIsKilled(@TempDir Path other) throws IOException {
        Path copy = other.resolve("store");
        try (RunningBroker broker = open("timerFlushIntervalMs=3600000")) {
            long due = System.currentTimeMillis() + 2_000;
            for (int i = 0; i < 20; i++) {
                send(broker, 0, "m" + i, property("TIMER_DELIVER_MS", Long.toString(due + i * 20)));
            }
            soon().until(() -> broker.metric("firn_timer_noted_total") == 20);
            copy(copy);
        }

        try (RunningBroker broker = RunningBroker.open(copy, "timerPrecisionMs=100")) {
            soon().untilAsserted(() -> assertThat(bodies(broker, 0)).hasSize(20));
            assertThat(bodies(broker, 0)).doesNotHaveDuplicates();
            assertThat(broker.metric("firn_timer_waiting_messages")).isZero();
        }
    }

    @Test
    void deliversThousandsThatAreDueTogether() {
        int count = 5_000;
        try (RunningBroker broker = open()) {
            String time = property("TIMER_DELIVER_MS", Long.toString(System.currentTimeMillis() + 3_000));
            for (int i = 0; i < count - 1; i++) {
                var _ = broker.call(
                        RequestCode.SEND_MESSAGE_V2, "x".getBytes(UTF_8), RunningBroker.sendFields("T", 0, time));
            }
            assertThat(send(broker, 0, "x", time).code()).isEqualTo(ResponseCode.SUCCESS);

            soon().until(() -> broker.metric("firn_timer_delivered_total") >= count);
            assertThat(broker.metric("firn_timer_delivered_total")).isEqualTo(count);
            assertThat(broker.metric("firn_timer_dropped_total")).isZero();
        }
    }

    @Test
    void refusesToTakeMessagesForItsOwnTopic() {
        try (RunningBroker broker = open()) {
            RemotingCommand answer = broker.call(
                            RequestCode.SEND_MESSAGE_V2, new byte[1], RunningBroker.sendFields(TIMER, 0, ""))
                    .join();

            assertThat(answer.code()).isEqualTo(ResponseCode.NO_PERMISSION);
        }
    }

    private RunningBroker open(String... more) {
        String[] settings = new String[more.length + 2];
        settings[0] = "timerPrecisionMs=100";
        settings[1] = "brokerName=broker-a";
        System.arraycopy(more, 0, settings, 2, more.length);
        return RunningBroker.open(root, settings);
    }

    private static RemotingCommand send(RunningBroker broker, int queue, String body, String properties) {
        return broker.call(
                        RequestCode.SEND_MESSAGE_V2,
                        body.getBytes(UTF_8),
                        RunningBroker.sendFields("T", queue, properties))
                .join();
    }

    private static RemotingCommand recall(RunningBroker broker, String topic, String handle) {
        return broker.ask(
                RequestCode.RECALL_MESSAGE,
                "topic",
                topic,
                "producerGroup",
                "producers",
                "recallHandle",
                Objects.requireNonNull(handle));
    }

    private static String handle(String topic, String brokerName, long dueMs) {
        return new RecallHandle(topic, brokerName, dueMs, "K").encode();
    }

    private static void assertRefused(RemotingCommand answer, String remark) {
        assertThat(answer.code()).isEqualTo(ResponseCode.ILLEGAL_OPERATION);
        assertThat(answer.remark()).contains(remark);
    }

    private void copy(Path to) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(root.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(root.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static List<RecordView> records(RunningBroker broker, String topic, int queue) {
        RemotingCommand answer = broker.ask(RequestCode.PULL_MESSAGE, RunningBroker.pullFields(topic, queue, 0));
        return answer.code() == ResponseCode.SUCCESS ? RunningBroker.records(answer) : List.of();
    }

    private static List<String> bodies(RunningBroker broker, int queue) {
        return records(broker, "T", queue).stream().map(RunningBroker::body).toList();
    }

    private static String property(String key, String value) {
        return key + '\u0001' + value + '\u0002';
    }

    private static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(50));
    }
}
