package io.firn.broker.transaction;

import static io.firn.broker.RunningBroker.pullFields;
import static io.firn.broker.RunningBroker.sendFields;
import static io.firn.broker.transaction.TestProducer.COMMIT;
import static io.firn.broker.transaction.TestProducer.ROLLBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.RunningBroker;
import io.firn.broker.plugin.plane.TestPlugin;
import io.firn.broker.record.MessageId;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.SysFlag;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.Utf8Cache;
import io.firn.broker.topic.TopicName;
import io.firn.broker.transaction.TestProducer.Half;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.Phase;
import io.firn.spi.put.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Transactions in a whole broker. */
final class TransactionsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String QUICK = "transactionTimeOut=50";
    private static final String OFTEN = "transactionCheckInterval=50";

    @TempDir
    Path root;

    private final Closer closer = new Closer();

    @AfterEach
    void close() {
        closer.close();
    }

    @Test
    void keepsAHalfMessageWhereNoConsumerSeesIt() {
        RunningBroker broker = open();
        TestProducer producer = producer(broker);

        RemotingCommand answer = producer.send("T", "half", "UNIQ_KEY", "MINE", "DELAY", "3");

        assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(answer.ext().get("queueId")).isEqualTo("1");
        assertThat(answer.ext().get("queueOffset")).isEqualTo("0");
        assertThat(answer.ext().get("transactionId")).isEqualTo("MINE");
        RecordView half = pull(broker, TopicName.TRANSACTION_HALF, 0).getFirst();
        assertThat(RunningBroker.body(half)).isEqualTo("half");
        assertThat(half.sysFlag() & SysFlag.TRANSACTION_MASK).isZero();
        assertThat(half.property("REAL_TOPIC")).isEqualTo("T");
        assertThat(half.property("REAL_QID")).isEqualTo("1");
        assertThat(half.property("__transactionId__")).isEqualTo("MINE");
        assertThat(half.property("DELAY")).isNull();
        assertThat(maxOffset(broker, "T", 1)).isZero();
    }

    @Test
    void deliversACommittedMessageOnceHoweverOftenItIsCommitted() {
        RunningBroker broker = open();
        TestProducer producer = producer(broker);
        Half half = producer.prepare("T", "once", "TAGS", "t");

        assertThat(producer.end(half, COMMIT).code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(producer.end(half, COMMIT).code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(producer.end(half, ROLLBACK).code()).isEqualTo(ResponseCode.SUCCESS);

        List<RecordView> stored = pull(broker, "T", 1);
        assertThat(stored).hasSize(1);
        RecordView message = stored.getFirst();
        assertThat(RunningBroker.body(message)).isEqualTo("once");
        assertThat(message.sysFlag() & SysFlag.TRANSACTION_MASK).isEqualTo(SysFlag.TRANSACTION_COMMIT);
        assertThat(message.preparedTransactionOffset()).isEqualTo(half.position());
        assertThat(message.property("REAL_TOPIC")).isNull();
        assertThat(message.property("PGROUP")).isEqualTo("g");
        assertThat(message.property("TAGS")).isEqualTo("t");
        assertThat(broker.metric("firn_transaction_repeated_ends_total")).isEqualTo(2);
        assertThat(broker.metric("firn_transaction_open")).isZero();
    }

    @Test
    void deliversNothingThatIsRolledBackOrUnknown() {
        RunningBroker broker = open();
        TestProducer producer = producer(broker);
        Half rolledBack = producer.prepare("T", "no");
        Half unknown = producer.prepare("T", "perhaps");

        assertThat(producer.end(rolledBack, ROLLBACK).code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(producer.end(rolledBack, COMMIT).code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(producer.end(unknown, 0).code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(broker.metric("firn_transaction_open")).isEqualTo(1);
        assertThat(producer.end(unknown, COMMIT).code()).isEqualTo(ResponseCode.SUCCESS);

        assertThat(bodies(broker, "T", 1)).containsExactly("perhaps");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "producerGroup; others; 1; is not of the producer group others",
                "tranStateTableOffset; 7; 1; has tranStateTableOffset 0, not 7",
                "commitLogOffset; 5; 1; there is no half message at commitLogOffset 5",
                "commitLogOffset; -1; 1; there is no half message at commitLogOffset -1",
                "commitLogOffset; 999999999; 1; there is no half message",
                "commitOrRollback; 4; 29; commitOrRollback is 4",
            })
    void refusesEndsThatDoNotFitAndLeavesTheTransactionOpen(String field, String value, int code, String remark) {
        RunningBroker broker = open();
        TestProducer producer = producer(broker);
        Half half = producer.prepare("T", "m");

        RemotingCommand answer = producer.end(half, COMMIT, field, value);

        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.remark()).contains(remark);
        assertThat(producer.end(half, COMMIT).code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(bodies(broker, "T", 1)).containsExactly("m");
    }

    @Test
    void endsWhatLiesFarBackInTheLogAsItEndsTheRest() {
        RunningBroker broker = open("firn.pull.hotBytes=0");
        TestProducer producer = producer(broker);
        Half half = producer.prepare("T", "old");

        RemotingCommand refused = producer.end(half, COMMIT, "producerGroup", "others");
        assertThat(refused.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(refused.remark()).contains("is not of the producer group others");
        assertThat(producer.end(half, COMMIT).code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(producer.end(half, COMMIT).code()).isEqualTo(ResponseCode.SUCCESS);

        assertThat(bodies(broker, "T", 1)).containsExactly("old");
        assertThat(broker.metric("firn_transaction_repeated_ends_total")).isEqualTo(1);
    }

    @Test
    void refusesHalvesWhenToldTo() {
        RunningBroker broker = open("rejectTransactionMessage=true");

        RemotingCommand answer = producer(broker).send("T", "m");

        assertThat(answer.code()).isEqualTo(ResponseCode.NO_PERMISSION);
        assertThat(answer.remark()).contains("rejectTransactionMessage");
    }

    @Test
    void asksAProducerOfTheGroupUntilItAnswers() {
        RunningBroker broker = open(QUICK, OFTEN);
        TestProducer producer = producer(broker);
        TestProducer stranger = closer.add(new TestProducer(broker, "strangers"));
        producer.heartbeat();
        stranger.heartbeat();

        Half half = producer.prepare("T", "asked about", "UNIQ_KEY", "U");

        await().atMost(PATIENCE).until(() -> producer.questions().size() >= 2);
        RemotingCommand question = producer.questions().get(1);
        assertThat(question.ext().requiredLong("tranStateTableOffset")).isEqualTo(half.offset());
        assertThat(question.ext().requiredLong("commitLogOffset")).isEqualTo(half.position());
        assertThat(question.ext().get("msgId")).isEqualTo("U");
        assertThat(question.ext().get("transactionId")).isEqualTo("U");
        assertThat(question.ext().get("offsetMsgId")).isEqualTo(half.messageId());
        RecordView record = RunningBroker.records(question).getFirst();
        assertThat(record.topic(new Utf8Cache(1))).isEqualTo("T");
        assertThat(record.queueId()).isEqualTo(1);
        assertThat(record.queueOffset()).isEqualTo(half.offset());
        assertThat(record.physicalOffset()).isEqualTo(half.position());
        assertThat(record.property("PGROUP")).isEqualTo("g");
        assertThat(record.property("TRANSACTION_CHECK_TIMES")).isEqualTo("2");
        assertThat(RunningBroker.body(record)).isEqualTo("asked about");
        assertThat(stranger.questions()).isEmpty();

        assertThat(producer.end(half, COMMIT, "fromTransactionCheck", "true").code())
                .isEqualTo(ResponseCode.SUCCESS);
        assertThat(bodies(broker, "T", 1)).containsExactly("asked about");
        assertThat(maxOffset(broker, TopicName.TRANSACTION_HALF, 0)).isEqualTo(1);
    }

    @Test
    void givesUpAfterTheLastQuestionAndGoesOnWhenResumed() {
        RunningBroker broker = open(QUICK, OFTEN, "transactionCheckMax=2");
        TestProducer producer = producer(broker);
        producer.heartbeat();
        Half half = producer.prepare("T", "forgotten");

        await().atMost(PATIENCE).until(() -> maxOffset(broker, TopicName.TRANSACTION_EXHAUSTED, 0) == 1);
        assertThat(producer.questions()).hasSize(2);
        // it is given up a moment after the record of that can be seen
        await().atMost(PATIENCE).until(() -> producer.end(half, COMMIT).code() == ResponseCode.SUCCESS);
        assertThat(bodies(broker, "T", 1)).isEmpty();
        assertThat(broker.metric("firn_transaction_exhausted_total")).isEqualTo(1);
        RecordView exhausted = pull(broker, TopicName.TRANSACTION_EXHAUSTED, 0).getFirst();
        assertThat(exhausted.property("REAL_TOPIC")).isEqualTo("T");
        assertThat(resume(producer, half.messageId()).remark()).contains("the transaction has ended");

        String id = new MessageId(exhausted.storeHost(), exhausted.physicalOffset()).toString();
        assertThat(resume(producer, id).code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(resume(producer, id).code()).isEqualTo(ResponseCode.SUCCESS);
        await().atMost(PATIENCE).until(() -> producer.questions().size() > 2);
        RemotingCommand question = producer.questions().getLast();
        Half again = new Half(
                question.ext().requiredLong("tranStateTableOffset"),
                question.ext().requiredLong("commitLogOffset"),
                question.ext().required("offsetMsgId"));
        assertThat(producer.end(again, COMMIT, "fromTransactionCheck", "true").code())
                .isEqualTo(ResponseCode.SUCCESS);
        assertThat(bodies(broker, "T", 1)).containsExactly("forgotten");
        assertThat(maxOffset(broker, TopicName.TRANSACTION_HALF, 0)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"nonsense, 29", "7F00000100002A9F00000000000F4240, 1"})
    void refusesToResumeWhatIsNoHalfMessage(String id, int code) {
        RemotingCommand answer = resume(producer(open()), id);

        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.remark()).isNotEmpty();
    }

    @Test
    void doesNotTakeALateEndFromAProducerThatAskedToBeLetAlone() {
        RunningBroker broker = open();
        TestProducer producer = producer(broker);
        Half half = producer.prepare("T", "late", "CHECK_IMMUNITY_TIME_IN_SECONDS", "1");

        await().atMost(PATIENCE)
                .pollDelay(Duration.ofMillis(1_100))
                .until(() -> producer.end(half, ROLLBACK).code() == ResponseCode.ILLEGAL_OPERATION);
        assertThat(producer.end(half, COMMIT, "fromTransactionCheck", "true").code())
                .isEqualTo(ResponseCode.SUCCESS);
        assertThat(bodies(broker, "T", 1)).containsExactly("late");
    }

    @Test
    void goesOnAfterACrashWithWhatWasOpenAndOnlyThat(@TempDir Path copy) throws IOException {
        RunningBroker broker = open();
        TestProducer producer = producer(broker);
        Half committed = producer.prepare("T", "committed");
        Half open = producer.prepare("T", "open");
        producer.end(committed, COMMIT);
        await().atMost(PATIENCE).until(() -> maxOffset(broker, "T", 1) == 1);
        copyStore(copy);

        RunningBroker next = closer.add(RunningBroker.open(copy));
        TestProducer after = producer(next);
        assertThat(next.metric("firn_transaction_open")).isEqualTo(1);
        assertThat(after.end(committed, COMMIT).code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(after.end(open, COMMIT).code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(bodies(next, "T", 1)).containsExactly("committed", "open");
        assertThat(pull(next, TopicName.TRANSACTION_OP, 0).stream().map(RunningBroker::body))
                .containsExactly("0,");
    }

    @Test
    void goesOnAfterAStopWithoutReadingWhatHasEnded() {
        RunningBroker broker = open();
        TestProducer producer = producer(broker);
        Half first = producer.prepare("T", "first");
        Half open = producer.prepare("T", "open");
        producer.end(first, ROLLBACK);
        broker.stop();

        RunningBroker next = open();
        assertThat(next.metric("firn_transaction_open")).isEqualTo(1);
        assertThat(producer(next).end(first, COMMIT).code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(producer(next).end(open, COMMIT).code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(bodies(next, "T", 1)).containsExactly("open");
    }

    @Test
    void writesEndsDownForTheNextBroker() {
        RunningBroker broker = open("transactionOpBatchInterval=50");
        TestProducer producer = producer(broker);
        Half one = producer.prepare("T", "one");
        Half two = producer.prepare("T", "two");
        producer.end(two, ROLLBACK);
        producer.end(one, COMMIT);

        await().atMost(PATIENCE)
                .until(() -> String.join(
                                "",
                                pull(broker, TopicName.TRANSACTION_OP, 0).stream()
                                        .map(RunningBroker::body)
                                        .toList())
                        .equals("1,0,"));
        assertThat(pull(broker, TopicName.TRANSACTION_OP, 0).getFirst().property("TAGS"))
                .isEqualTo("d");
    }

    @Test
    void showsBothHalvesToHooksAsMessagesOfTheirTopic() {
        RunningBroker broker = open();
        List<String> seen = new CopyOnWriteArrayList<>();
        TestPlugin plugin = closer.add(TestPlugin.of("watch", root));
        plugin.put(broker.plane(), HookSpec.of("all", Phase.OBSERVE), message -> {
            seen.add(message.origin() + " " + message.topic() + " " + message.queueId());
            return Verdict.ACCEPT;
        });
        TestProducer producer = producer(broker);

        producer.end(producer.prepare("T", "m"), COMMIT);

        assertThat(seen).containsExactly("TRANSACTION_HALF T 1", "TRANSACTION_COMMIT T 1");
    }

    @Test
    void keepsNoFileForTransactionsThatNobodyBegan() {
        RunningBroker broker = open();
        broker.stop();

        assertThat(root.resolve("consumequeue").resolve(TopicName.TRANSACTION_HALF))
                .doesNotExist();
        assertThat(root.resolve("consumequeue").resolve(TopicName.TRANSACTION_OP))
                .doesNotExist();
    }

    @Test
    void writesEndsDownInBodiesThatTheBrokerTakes() {
        String[] settings = {"maxMessageSize=1024", "transactionOpBatchInterval=3600000"};
        RunningBroker broker = open(settings);
        TestProducer producer = producer(broker);
        for (int i = 0; i < 400; i++) {
            assertThat(producer.end(producer.prepare("T", "x"), ROLLBACK).code())
                    .isEqualTo(ResponseCode.SUCCESS);
        }
        await().atMost(PATIENCE).until(() -> maxOffset(broker, TopicName.TRANSACTION_OP, 0) == 1);
        closer.close();

        assertThat(open(settings).metric("firn_transaction_open")).isZero();
    }

    private RunningBroker open(String... settings) {
        return closer.add(RunningBroker.open(root, settings));
    }

    private TestProducer producer(RunningBroker broker) {
        return closer.add(new TestProducer(broker, "g"));
    }

    private static RemotingCommand resume(TestProducer producer, String id) {
        return producer.call(RequestCode.RESUME_CHECK_HALF_MESSAGE, "", "msgId", id, "topic", "any");
    }

    private static long maxOffset(RunningBroker broker, String topic, int queue) {
        return broker.ask(RequestCode.GET_MAX_OFFSET, "topic", topic, "queueId", Integer.toString(queue))
                .ext()
                .requiredLong("offset");
    }

    private static List<String> bodies(RunningBroker broker, String topic, int queue) {
        return pull(broker, topic, queue).stream().map(RunningBroker::body).toList();
    }

    /** What the queue holds when everything appended so far is visible. */
    private static List<RecordView> pull(RunningBroker broker, String topic, int queue) {
        settle(broker);
        RemotingCommand settled = broker.ask(RequestCode.PULL_MESSAGE, pullFields(topic, queue, 0));
        return settled.bodyLength() == 0 ? List.of() : RunningBroker.records(settled);
    }

    /** Messages become visible in the order of the log. */
    private static void settle(RunningBroker broker) {
        RemotingCommand last = broker.call(RequestCode.SEND_MESSAGE_V2, new byte[] {'.'}, sendFields("Fence", 0, ""))
                .join();
        long offset = last.ext().requiredLong("queueOffset");
        await().atMost(PATIENCE).until(() -> maxOffset(broker, "Fence", 0) > offset);
    }

    private void copyStore(Path to) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path from : files.toList()) {
                Path target = to.resolve(root.relativize(from).toString());
                if (Files.isDirectory(from)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(from, target);
                }
            }
        }
    }
}
