package io.firn.broker.plugin.read;

import static io.firn.broker.RunningBroker.bodies;
import static io.firn.broker.RunningBroker.pullFields;
import static io.firn.broker.RunningBroker.sendFields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.broker.RunningBroker;
import io.firn.broker.plugin.context.RegistrationSink.Leaving;
import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.queue.ReadRequest;
import io.firn.spi.queue.ReadResult;
import io.firn.spi.topic.QueueRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queues that a plugin replaces, seen by clients and tools. */
final class QueueOverrideTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path root;

    private RunningBroker broker;
    private Plugged plugin;
    /** The reader of queue 0. */
    private final AtomicReference<Sieve> sieve = new AtomicReference<>();

    private void open(String... settings) {
        broker = RunningBroker.open(root, settings);
        plugin = new Plugged(broker, "compactor");
        createTopic("T");
    }

    @AfterEach
    void close() {
        broker.close();
        plugin.close();
    }

    private void createTopic(String topic) {
        broker.ask(
                RequestCode.UPDATE_AND_CREATE_TOPIC,
                "topic",
                topic,
                "defaultTopic",
                "TBW102",
                "readQueueNums",
                "4",
                "writeQueueNums",
                "4",
                "perm",
                "6",
                "topicFilterType",
                "SINGLE_TAG",
                "topicSysFlag",
                "0",
                "order",
                "false");
    }

    private RemotingCommand send(String topic, String body) {
        return broker.call(RequestCode.SEND_MESSAGE_V2, body.getBytes(UTF_8), sendFields(topic, 0, ""))
                .join();
    }

    private void fill(int count) {
        for (int i = 0; i < count; i++) {
            assertThat(send("T", "m" + i).code()).isEqualTo(ResponseCode.SUCCESS);
        }
        await().atMost(PATIENCE).until(() -> offset(RequestCode.GET_MAX_OFFSET) == count);
    }

    private long offset(int code) {
        RemotingCommand answer = broker.ask(code, "topic", "T", "queueId", "0");
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
        return Long.parseLong(answer.ext().get("offset"));
    }

    private RemotingCommand pull(long offset, String... more) {
        return broker.ask(RequestCode.PULL_MESSAGE, pullFields("T", 0, offset, more));
    }

    private QueueReader kept(QueueRef queue, Sieve made) {
        if (queue.queueId() == 0) {
            sieve.set(made);
        }
        return made;
    }

    /** Only offsets 3, 4 and 8 and up are live. */
    private void override() {
        plugin.queue("T", (queue, base) -> kept(queue, new Sieve(base, at -> at == 3 || at == 4 || at >= 8)))
                .start();
    }

    private void assertFails(RemotingCommand answer, String why) {
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(answer.remark()).contains("compactor@1.0", why);
    }

    private void assertMoved(RemotingCommand answer, int code, long next) {
        assertThat(answer.code()).as(answer.remark()).isEqualTo(code);
        assertThat(answer.ext().get("nextBeginOffset")).isEqualTo(Long.toString(next));
    }

    @Test
    void readersSeeThePluginsViewAndJumpOnceOverGaps() {
        open();
        fill(10);
        override();

        assertThat(bodies(pull(0))).containsExactly("m3", "m4", "m8", "m9");
        assertMoved(pull(5, "maxMsgNums", "3"), ResponseCode.PULL_RETRY_IMMEDIATELY, 8);
        assertMoved(pull(10), ResponseCode.PULL_NOT_FOUND, 10);
        assertMoved(pull(12), ResponseCode.PULL_OFFSET_MOVED, 10);
        assertThat(pull(8).ext().get("minOffset")).isEqualTo("3");
        assertThat(sieve.get().open).hasValue(0);
    }

    @Test
    void aLowOffsetIsNeverMovedByReset() {
        open();
        fill(3);
        plugin.queue(
                        "T",
                        (queue, base) -> kept(queue, new Sieve(base, at -> true) {
                            @Override
                            public ReadResult read(ReadRequest request) {
                                return request.offset() < 2 ? new ReadResult.OutOfRange(2) : super.read(request);
                            }
                        }))
                .start();

        assertMoved(pull(0), ResponseCode.PULL_RETRY_IMMEDIATELY, 2);
        assertThat(bodies(pull(2))).containsExactly("m2");
    }

    @Test
    void everyOffsetApiSeesThePluginsView() {
        open();
        fill(10);
        override();

        pull(3, "consumerGroup", "known");
        assertThat(offset(RequestCode.GET_MIN_OFFSET)).isEqualTo(3);
        assertThat(offset(RequestCode.GET_MAX_OFFSET)).isEqualTo(10);
        String stats = new String(
                broker.ask(RequestCode.GET_TOPIC_STATS_INFO, "topic", "T").bodyBytes(), UTF_8);
        assertThat(stats).contains("\"maxOffset\":10", "\"minOffset\":3");
        RemotingCommand below = broker.ask(
                RequestCode.INVOKE_BROKER_TO_RESET_OFFSET,
                "group",
                "known",
                "topic",
                "T",
                "timestamp",
                "0",
                "isForce",
                "true",
                "queueId",
                "0",
                "offset",
                "2");
        assertThat(below.remark()).contains("[3-10]");
        RemotingCommand time =
                broker.ask(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, "topic", "T", "queueId", "0", "timestamp", "0");
        assertThat(time.ext().get("offset")).isEqualTo("0");
        RemotingCommand stored = broker.ask(RequestCode.GET_EARLIEST_MSG_STORETIME, "topic", "T", "queueId", "0");
        assertThat(Long.parseLong(stored.ext().get("timestamp"))).isPositive();
    }

    @Test
    void waitsAtTheEndAndIsWokenByANewMessage() {
        open();
        fill(10);
        override();
        CompletableFuture<RemotingCommand> waiting = broker.call(
                RequestCode.PULL_MESSAGE,
                new byte[0],
                pullFields("T", 0, 10, "sysFlag", "6", "suspendTimeoutMillis", "20000"));
        await().atMost(PATIENCE).until(() -> broker.metric("firn_queue_parked_polls") == 1);

        send("T", "m10");

        assertThat(bodies(waiting.join())).containsExactly("m10");
    }

    @Test
    void filtersAgainWhatThePluginGives() {
        open();
        fill(2);
        plugin.queue(
                        "T",
                        (queue, base) -> kept(queue, new Sieve(base, at -> true) {
                            @Override
                            public ReadResult read(ReadRequest request) {
                                return base.read(new ReadRequest(
                                        request.offset(), 32, 1 << 20, new FilterView(RecordFilter.ALL), Map.of()));
                            }
                        }))
                .start();

        assertMoved(pull(0, "subscription", "green"), ResponseCode.PULL_RETRY_IMMEDIATELY, 2);
        assertThat(bodies(pull(0))).containsExactly("m0", "m1");
    }

    @Test
    void handsFieldsOfTheClientOnAndBack() {
        open();
        fill(10);
        override();

        RemotingCommand answer = pull(0, "firnLease", "7");

        assertThat(answer.ext().get("firnLease")).isEqualTo("7");
    }

    @Test
    void aFaultIsAnErrorAndNeverTheViewBelow() {
        open("firn.plugins.readTimeout=200");
        fill(3);
        AtomicReference<ReadResult> lie = new AtomicReference<>();
        plugin.queue(
                        "T",
                        (queue, base) -> kept(queue, new Sieve(base, at -> true) {
                            @Override
                            public ReadResult read(ReadRequest request) {
                                ReadResult told = lie.get();
                                if (told == null) {
                                    throw new IllegalStateException("on purpose");
                                }
                                return told;
                            }

                            @Override
                            public long minOffset() {
                                throw new IllegalStateException("no min");
                            }
                        }))
                .start();

        assertFails(pull(0), "no min");
        assertFails(broker.ask(RequestCode.GET_MIN_OFFSET, "topic", "T", "queueId", "0"), "no min");
        assertFails(broker.ask(RequestCode.GET_TOPIC_STATS_INFO, "topic", "T"), "no min");
        assertThat(broker.metric("firn_plugin_queue_read_failures_total")).isPositive();
    }

    @Test
    void aLieIsAnError() {
        open();
        fill(3);
        AtomicInteger givenBack = new AtomicInteger();
        plugin.queue(
                        "T",
                        (queue, base) -> kept(queue, new Sieve(base, at -> true) {
                            @Override
                            public ReadResult read(ReadRequest request) {
                                return new ReadResult.Found(
                                        FrameBatch.of(
                                                List.of(Frames.frame("Other", 0, request.offset(), 1, "secret")),
                                                1,
                                                givenBack::incrementAndGet),
                                        request.offset() + 1);
                            }
                        }))
                .start();

        assertFails(pull(0), "is one of Other/0");
        assertThat(givenBack).hasValue(1);
    }

    @Test
    void aReaderThatHangsIsAnErrorInTimeAndHarmsNobodyElse() {
        open("firn.plugins.readTimeout=100");
        createTopic("Other");
        fill(3);
        CountDownLatch latch = new CountDownLatch(1);
        plugin.queue(
                        "T",
                        (queue, base) -> kept(queue, new Sieve(base, at -> true) {
                            @Override
                            public ReadResult read(ReadRequest request) {
                                try {
                                    latch.await();
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                                return super.read(request);
                            }
                        }))
                .start();
        List<CompletableFuture<RemotingCommand>> pulls = IntStream.range(0, 10)
                .mapToObj(i -> broker.call(RequestCode.PULL_MESSAGE, new byte[0], pullFields("T", 0, 0)))
                .toList();

        pulls.forEach(pull -> assertFails(pull.join(), "has not answered"));
        send("Other", "x");
        await().atMost(PATIENCE)
                .until(() -> bodies(broker.ask(RequestCode.PULL_MESSAGE, pullFields("Other", 0, 0)))
                        .equals(List.of("x")));
        latch.countDown();
        await().atMost(PATIENCE).until(() -> bodies(pull(0)).size() == 3);
        await().atMost(PATIENCE).until(() -> broker.metric("firn_plugin_open_batches") == 0);
        assertThat(sieve.get().open).hasValue(0);
    }

    @Test
    void aReadThatNeedsIoIsAnsweredLaterOrAskedAgain() {
        open("firn.plugins.readTimeout=200", "firn.plugins.readRetryHold=1");
        fill(3);
        AtomicReference<CompletableFuture<ReadResult>> io = new AtomicReference<>(new CompletableFuture<>());
        plugin.queue(
                        "T",
                        (queue, base) -> kept(queue, new Sieve(base, at -> true) {
                            @Override
                            public ReadResult read(ReadRequest request) {
                                return new ReadResult.Later(io.get().thenApply(done -> super.read(request)));
                            }
                        }))
                .start();

        assertMoved(pull(0), ResponseCode.PULL_RETRY_IMMEDIATELY, 0);
        io.get().complete(new ReadResult.AtEnd(0));
        assertThat(bodies(pull(0))).hasSize(3);
        io.set(CompletableFuture.failedFuture(new IllegalStateException("no bucket")));
        assertMoved(pull(0), ResponseCode.PULL_RETRY_IMMEDIATELY, 0);
        await().atMost(PATIENCE).until(() -> broker.metric("firn_plugin_open_batches") == 0);
    }

    @Test
    void readsOldMessagesBelowTheBaseLater() {
        open();
        Archive archive = new Archive("T", 0).with(0, 4);
        plugin.cold("T", 0, archive)
                .queue("T", (queue, base) -> kept(queue, new Sieve(base, at -> at % 2 == 1)))
                .start();
        assertThat(send("T", "m4").ext().get("queueOffset")).isEqualTo("4");
        assertThat(send("T", "m5").ext().get("queueOffset")).isEqualTo("5");
        await().atMost(PATIENCE).until(() -> offset(RequestCode.GET_MAX_OFFSET) == 6);

        assertThat(bodies(pull(0))).containsExactly("m0", "m1", "m2", "m3");
        assertThat(bodies(pull(4))).containsExactly("m5");
        await().atMost(PATIENCE).until(() -> archive.open.get() == 0);
    }

    @Test
    void theBaseOfAQueueOnANewDiskIsItsOldMessages() {
        open();
        AtomicReference<QueueReader> seen = new AtomicReference<>();
        plugin.cold("T", 0, new Archive("T", 0).with(2, 6))
                .queue("T", (queue, base) -> {
                    if (queue.queueId() == 0) {
                        seen.set(base);
                    }
                    return kept(queue, new Sieve(base, at -> true));
                })
                .start();
        await().atMost(PATIENCE).until(() -> seen.get() != null);

        assertThat(seen.get().minOffset()).isEqualTo(2);
        assertThat(seen.get().maxOffset()).isEqualTo(6);
        assertThat(offset(RequestCode.GET_MAX_OFFSET)).isEqualTo(6);
        assertThat(bodies(pull(2))).containsExactly("m2", "m3", "m4", "m5");
        assertMoved(pull(6), ResponseCode.PULL_NOT_FOUND, 6);
        assertThat(send("T", "m6").ext().get("queueOffset")).isEqualTo("6");
        await().atMost(PATIENCE).until(() -> bodies(pull(6)).equals(List.of("m6")));
        assertThat(seen.get().minOffset()).isEqualTo(2);
    }

    @Test
    void offsetsGoOnAboveTheFloor() {
        open();
        plugin.queue(
                        "T",
                        (queue, base) -> kept(queue, new Sieve(base, at -> true) {
                            @Override
                            public long nextOffsetFloor() {
                                return 100;
                            }
                        }))
                .start();

        assertThat(send("T", "first").ext().get("queueOffset")).isEqualTo("100");
        assertThat(send("T", "second").ext().get("queueOffset")).isEqualTo("101");
        await().atMost(PATIENCE).until(() -> bodies(pull(100)).equals(List.of("first", "second")));
    }

    @Test
    void aQueueThatCannotBeOpenedIsOfflineForBothSides() {
        open();
        fill(1);
        AtomicInteger attempts = new AtomicInteger();
        plugin.queue("T", (queue, base) -> {
                    attempts.incrementAndGet();
                    throw new IOException("manifest is torn");
                })
                .start();

        assertFails(pull(0), "manifest is torn");
        int tried = attempts.get();
        assertFails(pull(0), "manifest is torn");
        assertThat(attempts).hasValue(tried);
        RemotingCommand sent = broker.call(RequestCode.SEND_MESSAGE_V2, "x".getBytes(UTF_8), sendFields("T", 3, ""))
                .join();
        assertFails(sent, "manifest is torn");
    }

    @Test
    void twoOwnersOfOneTopicDoNotStart() {
        open();
        override();
        try (Plugged second = new Plugged(broker, "second")) {
            second.queue("T", (queue, base) -> base);

            assertThatThrownBy(second::start)
                    .isInstanceOf(PluginException.class)
                    .hasMessageContaining("topic T is claimed twice")
                    .hasMessageContaining("compactor@1.0")
                    .hasMessageContaining("second@1.0");
        }
        fill(4);
        assertThat(bodies(pull(0))).containsExactly("m3");
    }

    @Test
    void aTopicMadeLaterThatTwoClaimIsOffline() {
        open();
        try (Plugged second = new Plugged(broker, "second")) {
            plugin.queue("Late", (queue, base) -> base).start();
            second.queue("Late", (queue, base) -> base).start();

            createTopic("Late");

            RemotingCommand answer = broker.ask(RequestCode.PULL_MESSAGE, pullFields("Late", 0, 0));
            assertFails(answer, "claimed by");
        }
    }

    @Test
    void staysOfflineWhenItsPluginStopsAndComesBackWithTheSuccessor() {
        open();
        fill(10);
        override();
        assertThat(bodies(pull(0))).hasSize(4);
        Sieve first = sieve.get();

        assertThat(plugin.stop(Leaving.OFFLINE)).isEmpty();

        assertThat(first.closed).isTrue();
        assertFails(pull(0), "stopped");
        assertFails(broker.ask(RequestCode.GET_MIN_OFFSET, "topic", "T", "queueId", "0"), "stopped");
        try (Plugged successor = new Plugged(broker, "compactor")) {
            successor.queue("T", (queue, base) -> kept(queue, new Sieve(base, at -> at >= 9)));
            successor.start();
            assertThat(bodies(pull(0))).containsExactly("m9");
            assertThat(successor.stop(Leaving.AWAY)).isEmpty();
        }
        assertThat(bodies(pull(0))).hasSize(10);
    }

    @Test
    void aTopicMadeAnewGetsNewReaders() {
        open();
        fill(3);
        override();
        pull(0);
        Sieve first = sieve.get();

        broker.ask(RequestCode.DELETE_TOPIC_IN_BROKER, "topic", "T");
        createTopic("T");

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(first.closed).isTrue();
            assertThat(sieve.get()).isNotSameAs(first);
        });
        assertThat(send("T", "m0").ext().get("queueOffset")).isEqualTo("0");
    }
}
