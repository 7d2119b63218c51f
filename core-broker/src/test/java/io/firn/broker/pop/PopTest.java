package io.firn.broker.pop;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.RunningBroker;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pops and acknowledgements through a whole broker. */
final class PopTest {

    private static final long LONG = 600_000;
    private static final long SHORT = 700;

    @TempDir
    Path root;

    private RunningBroker broker;
    private PopClient client;

    @BeforeEach
    void open() {
        reopen(root);
    }

    /** What waits for the disk here would wait ten seconds otherwise. */
    private void reopen(Path store, String... settings) {
        List<String> all = new ArrayList<>(List.of("flushIntervalCommitLog=20", "flushCommitLogLeastPages=0"));
        all.addAll(List.of(settings));
        broker = RunningBroker.open(store, all.toArray(String[]::new));
        client = new PopClient(broker);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void hasNoThreadBeforeTheFirstPop() {
        client.send("a");
        assertThat(threads()).isEmpty();

        assertThat(client.pop(LONG)).hasSize(1);
        assertThat(threads()).hasSize(1);
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("firn-pop"))
                .toList();
    }

    @Test
    void givesEachMessageOnceAndNotesNothingWhenAcknowledgementsComeInTime() {
        for (int i = 0; i < 4; i++) {
            client.send(i % 4, "m" + i);
        }
        List<PopClient.Message> popped = client.pop(LONG);

        assertThat(PopClient.bodies(popped)).containsExactlyInAnyOrder("m0", "m1", "m2", "m3");
        assertThat(client.pop(LONG)).isEmpty();
        client.ackAll(popped);
        assertThat(client.pop(LONG)).isEmpty();
        assertThat(committed()).isEqualTo(4);
        assertThat(client.notes()).isZero();
        assertThat(broker.metric("firn_pop_acks_total")).isEqualTo(4);
    }

    private long committed() {
        return IntStream.range(0, 4)
                .mapToLong(queue -> Long.parseLong(broker.ask(
                                RequestCode.QUERY_CONSUMER_OFFSET,
                                "consumerGroup",
                                PopClient.GROUP,
                                "topic",
                                PopClient.TOPIC,
                                "queueId",
                                Integer.toString(queue))
                        .ext()
                        .required("offset")))
                .sum();
    }

    @Test
    void commitsOnlyWhatIsAcknowledgedFromTheFirstMessageOn() {
        client.send("a");
        client.send("b");
        PopClient.Message first = client.pop(LONG, "maxMsgNums", "1").getFirst();
        PopClient.Message second = client.pop(LONG, "maxMsgNums", "1").getFirst();

        client.ack(second);
        assertThat(committed()).isZero();
        client.ack(first);
        assertThat(committed()).isEqualTo(2);
    }

    @Test
    void letsWhatIsNotAcknowledgedComeAgainAndAgain() {
        client.send("kept");
        client.send("again");
        List<PopClient.Message> popped = client.pop(SHORT);
        client.ack(popped.getFirst());

        PopClient.Message again = one(SHORT);
        assertThat(again.body()).isEqualTo("again");
        assertThat(again.reconsumeTimes()).isEqualTo(1);
        assertThat(again.topic()).isEqualTo("%RETRY%G_T");
        PopClient.Message third = one(LONG);
        assertThat(third.reconsumeTimes()).isEqualTo(2);
        client.ackAll(List.of(third));
        assertThat(broker.metric("firn_pop_revived_total")).isEqualTo(2);
        soon().untilAsserted(
                        () -> assertThat(broker.metric("firn_pop_unfinished")).isZero());
        assertThat(client.notes()).isZero();
    }

    /** The next message, which comes in a moment. */
    private PopClient.Message one(long invisibleMs) {
        RemotingCommand answer = client.popLater(invisibleMs, 25_000).join();
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
        List<PopClient.Message> messages = PopClient.messages(answer);
        assertThat(messages).hasSize(1);
        return messages.getFirst();
    }

    @Test
    void namesRetryTopicsInTheSecondFormWhenAskedTo() {
        broker.close();
        reopen(root, "enableRetryTopicV2=true");
        client.send("again");
        client.pop(SHORT);

        PopClient.Message again = one(LONG);
        assertThat(again.topic()).isEqualTo("%RETRY%G+T");
        client.ackAll(List.of(again));
    }

    @Test
    void wakesAPopForEachMessageAndNoMore() {
        client.send("first");
        client.ackAll(client.pop(LONG));
        CompletableFuture<RemotingCommand> one = client.popLater(LONG, 25_000);
        CompletableFuture<RemotingCommand> two = client.popLater(LONG, 25_000);
        soon().untilAsserted(() -> assertThat(pollingNumber()).isEqualTo(2));

        client.send(2, "x");
        soon().until(() -> one.isDone() != two.isDone());
        soon().untilAsserted(() -> assertThat(pollingNumber()).isEqualTo(1));
        client.send(1, "y");

        List<String> bodies = new ArrayList<>(RunningBroker.bodies(one.join()));
        bodies.addAll(RunningBroker.bodies(two.join()));
        assertThat(bodies).containsExactlyInAnyOrder("x", "y");
    }

    @Test
    void letsGoOfWhatWaitsForAClientThatIsGone() throws IOException {
        client.send("first");
        client.ackAll(client.pop(LONG));
        String[] address = broker.address().split(":", -1);
        try (Socket gone = new Socket(address[0], Integer.parseInt(address[1]))) {
            gone.getOutputStream().write(PopClient.frame(PopClient.fields(LONG, LONG)));
            soon().untilAsserted(() -> assertThat(pollingNumber()).isEqualTo(1));
            soon().untilAsserted(() ->
                    assertThat(broker.metric("firn_queue_parked_polls")).isPositive());
        }
        soon().untilAsserted(() ->
                assertThat(broker.metric("firn_queue_parked_polls")).isZero());

        CompletableFuture<RemotingCommand> here = client.popLater(LONG, 25_000);
        soon().untilAsserted(() -> assertThat(pollingNumber()).isEqualTo(1));
        client.send("second");
        assertThat(RunningBroker.bodies(here.join())).containsExactly("second");
    }

    private int pollingNumber() {
        return Integer.parseInt(broker.ask(
                        RequestCode.POLLING_INFO,
                        "consumerGroup",
                        PopClient.GROUP,
                        "topic",
                        PopClient.TOPIC,
                        "queueId",
                        "-1")
                .ext()
                .required("pollingNum"));
    }

    @Test
    void shortPopsBesideALongOneLeaveNothingParked() {
        client.send("a");
        client.ackAll(client.pop(LONG));
        CompletableFuture<RemotingCommand> longest = client.popLater(LONG, 25_000);
        soon().untilAsserted(() -> assertThat(pollingNumber()).isEqualTo(1));
        for (int i = 0; i < 4; i++) {
            assertThat(client.popLater(LONG, 100).join().code()).isEqualTo(ResponseCode.POLLING_TIMEOUT);
        }

        // one at each queue, and one at the retry topic
        soon().untilAsserted(() ->
                assertThat(broker.metric("firn_queue_parked_polls")).isEqualTo(5));
        client.send("b");
        assertThat(RunningBroker.bodies(longest.join())).containsExactly("b");
    }

    @Test
    void answersWithoutMessagesWhenTheTimeIsUpAndWhenThereIsNone() {
        client.send("a");
        client.ackAll(client.pop(LONG));

        for (long pollMs : new long[] {0, 400}) {
            RemotingCommand answer = client.popLater(LONG, pollMs).join();
            assertThat(answer.code()).isEqualTo(ResponseCode.POLLING_TIMEOUT);
            assertThat(answer.ext().required("popTime")).isEqualTo("0");
            assertThat(answer.ext().required("invisibleTime")).isEqualTo("0");
            assertThat(answer.ext().required("reviveQid")).isEqualTo("0");
            assertThat(answer.ext().required("restNum")).isEqualTo("0");
        }
    }

    @Test
    void refusesMorePopsThanMayWait() {
        broker.close();
        reopen(root, "popPollingSize=1");
        client.send("a");
        client.ackAll(client.pop(LONG));
        CompletableFuture<RemotingCommand> waiting = client.popLater(LONG, 25_000);

        assertThat(client.popLater(LONG, 25_000).join().code()).isEqualTo(ResponseCode.POLLING_FULL);
        client.send("b");
        assertThat(RunningBroker.bodies(waiting.join())).containsExactly("b");
    }

    @Test
    void refusesPopsWhenTooMuchIsNotAcknowledged() {
        broker.close();
        reopen(root, "popCkMaxBufferSize=1");
        client.send("a");
        client.send("b");
        PopClient.Message first = client.pop(LONG, "maxMsgNums", "1").getFirst();

        assertThat(client.popLater(LONG, 0).join().code()).isEqualTo(ResponseCode.POLLING_FULL);
        client.ack(first);
        assertThat(PopClient.bodies(client.pop(LONG))).containsExactly("b");
    }

    @Test
    void changesTheInvisibleTimeOfOneMessage() {
        client.send("a");
        client.send("b");
        List<PopClient.Message> popped = client.pop(LONG);
        PopClient.Message sooner = PopClient.changed(popped.get(0), client.change(popped.get(0), SHORT));
        PopClient.Message kept = PopClient.changed(popped.get(1), client.change(popped.get(1), LONG));

        assertThat(one(LONG).body()).isEqualTo("a");
        assertThat(client.change(sooner, LONG).code()).isEqualTo(ResponseCode.NO_MESSAGE);
        assertThat(client.change(popped.get(1), LONG).code()).isEqualTo(ResponseCode.NO_MESSAGE);
        client.ackAll(List.of(kept));
        soon().untilAsserted(() -> assertThat(committed()).isEqualTo(2));
    }

    @Test
    void knowsAfterARestartWhatIsNotAcknowledged() {
        for (String body : List.of("acked", "later", "again")) {
            client.send(body);
        }
        List<PopClient.Message> popped = client.pop(LONG);
        client.ack(popped.get(0));
        broker.close();

        reopen(root);
        assertThat(client.pop(LONG)).isEmpty();
        assertThat(committed()).isEqualTo(3);
        client.ack(popped.get(1));
        assertThat(client.change(popped.get(0), SHORT).code()).isEqualTo(ResponseCode.NO_MESSAGE);
        PopClient.changed(popped.get(2), client.change(popped.get(2), SHORT));
        assertThat(one(LONG).body()).isEqualTo("again");
        broker.close();

        reopen(root);
        assertThat(client.pop(LONG)).isEmpty();
    }

    @Test
    void takesAcknowledgementsFromTheFirstRequestAfterARestartOn() {
        client.send("a");
        List<PopClient.Message> popped = client.pop(LONG);
        broker.close();

        reopen(root);
        client.ackAll(popped);
        assertThat(broker.metric("firn_pop_acks_total")).isEqualTo(1);
    }

    @Test
    void losesNothingThatIsNotAcknowledgedWhenTheProcessEnds(@TempDir Path crashed) throws IOException {
        broker.close();
        reopen(root, "popCkStayBufferTime=0", "flushConsumerOffsetInterval=100");
        client.send("noted");
        client.pop(3_000);
        soon().untilAsserted(() -> assertThat(committed()).isEqualTo(1));
        client.send("remembered");
        assertThat(PopClient.bodies(client.pop(LONG))).contains("remembered");
        Path offsets = root.resolve("config/consumerOffset.json");
        soon().untilAsserted(() -> assertThat(offsets).content().contains("T@G"));
        copy(root, crashed);
        broker.close();

        reopen(crashed);
        List<String> seen = new ArrayList<>();
        soon().untilAsserted(() -> {
            seen.addAll(PopClient.bodies(client.pop(1_000)));
            assertThat(seen).contains("noted", "remembered");
        });
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    @Test
    void givesManyPopsAtOnceDifferentMessages() {
        for (int i = 0; i < 200; i++) {
            client.send(i % 4, "m" + i);
        }
        List<CompletableFuture<RemotingCommand>> pops = IntStream.range(0, 60)
                .mapToObj(i -> client.popLater(LONG, 0, "maxMsgNums", "4"))
                .toList();

        List<String> bodies = pops.stream()
                .map(CompletableFuture::join)
                .filter(answer -> answer.code() == ResponseCode.SUCCESS)
                .flatMap(answer -> RunningBroker.bodies(answer).stream())
                .toList();
        assertThat(bodies).hasSize(200).doesNotHaveDuplicates();
    }

    @Test
    void tellsThatThereIsAMessageWithoutPoppingIt() {
        client.send("a");
        client.ackAll(client.pop(LONG));
        assertThat(notification(0).join().ext().requiredBoolean("hasMsg")).isFalse();
        CompletableFuture<RemotingCommand> told = notification(25_000);
        soon().untilAsserted(() -> assertThat(pollingNumber()).isEqualTo(1));
        CompletableFuture<RemotingCommand> pop = client.popLater(LONG, 25_000);
        soon().untilAsserted(() -> assertThat(pollingNumber()).isEqualTo(2));

        client.send("b");
        assertThat(told.join().ext().requiredBoolean("hasMsg")).isTrue();
        assertThat(RunningBroker.bodies(pop.join())).containsExactly("b");
        RemotingCommand late = notification(300).join();
        assertThat(late.code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(late.ext().requiredBoolean("hasMsg")).isFalse();
        assertThat(late.ext().requiredBoolean("pollingFull")).isFalse();
    }

    private CompletableFuture<RemotingCommand> notification(long pollMs) {
        return broker.call(RequestCode.NOTIFICATION, new byte[0], PopClient.fields(LONG, pollMs));
    }

    @Test
    void passesOverWhatTheExpressionDoesNotWant() {
        client.send("untagged");
        assertThat(client.pop(LONG, "expType", "TAG", "exp", "wanted")).isEmpty();
        assertThat(committed()).isEqualTo(1);
        assertThat(client.popLater(LONG, 0, "expType", "SQL92", "exp", "a = 1")
                        .join()
                        .code())
                .isEqualTo(ResponseCode.SYSTEM_ERROR);
    }

    @Test
    void beginsWhereAnOperatorMovesTheGroup() {
        client.send("a");
        client.send("b");
        List<PopClient.Message> popped = client.pop(LONG);
        resetToTheFirstMessage();

        assertThat(PopClient.bodies(client.pop(LONG))).containsExactly("a", "b");
        client.ackAll(popped);
    }

    @Test
    void wakesAPopWhenAnOperatorMovesTheGroup() {
        client.send("a");
        client.ackAll(client.pop(LONG));
        CompletableFuture<RemotingCommand> waiting = client.popLater(LONG, 25_000);
        soon().untilAsserted(() -> assertThat(pollingNumber()).isEqualTo(1));
        resetToTheFirstMessage();

        RemotingCommand answer = waiting.join();
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(RunningBroker.bodies(answer)).containsExactly("a");
    }

    @Test
    void refusesAPopThatCanNotWaitAtAllQueues() {
        broker.close();
        reopen(root, "firn.queue.maxParkedPolls=3");
        client.send("a");
        client.ackAll(client.pop(LONG));

        // it would wait at four queues and a retry topic
        RemotingCommand answer = client.popLater(LONG, 25_000).join();
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.POLLING_FULL);
        RemotingCommand told = notification(25_000).join();
        assertThat(told.ext().requiredBoolean("hasMsg")).isFalse();
        assertThat(told.ext().requiredBoolean("pollingFull")).isTrue();
    }

    private void resetToTheFirstMessage() {
        RemotingCommand reset = broker.ask(
                RequestCode.INVOKE_BROKER_TO_RESET_OFFSET,
                "topic",
                PopClient.TOPIC,
                "group",
                PopClient.GROUP,
                "timestamp",
                "0",
                "isForce",
                "true");
        assertThat(reset.code()).as(reset.remark()).isEqualTo(ResponseCode.SUCCESS);
    }

    private static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(50));
    }
}
