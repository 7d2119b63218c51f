package io.firn.broker.plugin.read;

import static io.firn.broker.RunningBroker.bodies;
import static io.firn.broker.RunningBroker.pullFields;
import static io.firn.broker.RunningBroker.sendFields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.RunningBroker;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.server.ClientConfig;
import io.firn.broker.server.IoConfig;
import io.firn.broker.server.IoThreads;
import io.firn.broker.server.RemotingClient;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.cold.ColdBatch;
import io.firn.spi.cold.ColdRequest;
import io.firn.spi.contract.CancelToken;
import io.firn.spi.message.FrameBatch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Cold readers that throw, hang, lie and come late; too many reads at once; clients that go away. */
final class FaultyColdReadTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String MIB = "1048576";

    @TempDir
    private Path root;

    private RunningBroker broker;
    private Plugged plugin;
    private final Archive archive = new Archive("T", 0).with(0, 5);

    private void open(String... settings) {
        broker = RunningBroker.open(root, settings);
        plugin = new Plugged(broker, "archive");
        createTopic("T");
        createTopic("Other");
        plugin.cold("T", 0, archive).start();
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

    private RemotingCommand pull(long offset, String... more) {
        return later(offset, more).join();
    }

    private CompletableFuture<RemotingCommand> later(long offset, String... more) {
        return broker.call(RequestCode.PULL_MESSAGE, new byte[0], pullFields("T", 0, offset, more));
    }

    private static void assertTriesAgain(RemotingCommand answer, long offset) {
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.PULL_RETRY_IMMEDIATELY);
        assertThat(answer.ext().get("nextBeginOffset")).isEqualTo(Long.toString(offset));
        assertThat(answer.bodyBytes()).isEmpty();
    }

    private void assertNothingLeft() {
        await().atMost(PATIENCE)
                .until(() -> archive.open.get() == 0
                        && broker.metric("firn_plugin_open_batches") == 0
                        && broker.metric("firn_plugin_cold_bytes_in_flight") == 0
                        && broker.metric("firn_plugin_cold_reads_waiting") == 0);
    }

    private static CompletionStage<ColdBatch> done(ColdBatch batch) {
        return CompletableFuture.completedFuture(batch);
    }

    private record Fault(String what, BiFunction<Archive, ColdRequest, CompletionStage<ColdBatch>> answer) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static ColdBatch of(Archive archive, long next, ByteBuffer... frames) {
        return archive.batch(List.of(frames), next);
    }

    private static ByteBuffer frame(long offset) {
        return Frames.frame("T", 0, offset, 1, "lie");
    }

    private static ByteBuffer cut(ByteBuffer frame, int less) {
        return frame.slice(0, frame.limit() - less);
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                        new Fault("throws", (archive, request) -> {
                            throw new IllegalStateException("on purpose");
                        }),
                        new Fault("throws an error", (archive, request) -> {
                            throw new StackOverflowError("on purpose");
                        }),
                        new Fault("gives null", (archive, request) -> null),
                        new Fault("completes with null", (archive, request) -> done(null)),
                        new Fault(
                                "fails later",
                                (archive, request) ->
                                        CompletableFuture.failedFuture(new IllegalStateException("on purpose"))),
                        new Fault(
                                "gives another topic's message",
                                (archive, request) -> done(of(archive, 1, Frames.frame("Other", 0, 0, 1, "x")))),
                        new Fault(
                                "gives another queue's message",
                                (archive, request) -> done(of(archive, 1, Frames.frame("T", 1, 0, 1, "x")))),
                        new Fault(
                                "gives offsets that fall",
                                (archive, request) -> done(of(archive, 5, frame(2), frame(1)))),
                        new Fault(
                                "gives an offset twice",
                                (archive, request) -> done(of(archive, 5, frame(1), frame(1)))),
                        new Fault(
                                "gives an offset beyond its next",
                                (archive, request) -> done(of(archive, 1, frame(1)))),
                        new Fault("does not move on", (archive, request) -> done(of(archive, 0, frame(0)))),
                        new Fault("skips backwards", (archive, request) -> done(new ColdBatch.Skipped(0))),
                        new Fault(
                                "gives no record",
                                (archive, request) -> done(of(archive, 1, ByteBuffer.allocate(200)))),
                        new Fault("gives half a record", (archive, request) -> done(of(archive, 1, cut(frame(0), 3)))),
                        new Fault("miscounts", (archive, request) -> {
                            archive.open.incrementAndGet();
                            return done(new ColdBatch.Found(
                                    FrameBatch.of(List.of(frame(0)), 2, archive.open::decrementAndGet), 1));
                        }))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultIsAskedAgainAtTheSameOffset(Fault fault) {
        open("firn.plugins.readRetryHold=1");
        archive.answer = (request, token) -> fault.answer.apply(archive, request);

        assertTriesAgain(pull(0), 0);
        assertThat(broker.metric("firn_plugin_cold_read_failures_total")).isEqualTo(1);

        archive.answer = (request, token) -> done(archive.honest(request));
        assertThat(bodies(pull(0))).containsExactly("m0", "m1", "m2", "m3", "m4");
        assertNothingLeft();
    }

    @Test
    void cutsWhatIsMoreThanWasAskedFor() {
        open();
        archive.answer = (request, token) -> done(archive.batch(List.copyOf(archive.frames.values()), 5));

        RemotingCommand two = pull(0, "maxMsgNums", "2");
        assertThat(bodies(two)).containsExactly("m0", "m1");
        assertThat(two.ext().get("nextBeginOffset")).isEqualTo("2");
        assertThat(bodies(pull(0, "maxMsgBytes", "1"))).containsExactly("m0");
        assertNothingLeft();
    }

    @Test
    void holdsTheReaderBeforeItAsksAgain() {
        open("firn.plugins.readRetryHold=300");
        archive.answer = (request, token) -> CompletableFuture.failedFuture(new IllegalStateException("on purpose"));
        long start = System.nanoTime();

        assertTriesAgain(pull(0), 0);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void answersInTimeWhenTheReaderNeverDoes() {
        open("firn.plugins.readTimeout=50", "firn.plugins.readRetryHold=1");
        AtomicReference<CancelToken> seen = new AtomicReference<>();
        CompletableFuture<ColdBatch> never = new CompletableFuture<>();
        AtomicBoolean told = new AtomicBoolean();
        archive.answer = (request, token) -> {
            seen.set(token);
            token.onCancel(() -> told.set(true));
            return never;
        };

        assertTriesAgain(pull(0), 0);

        await().atMost(PATIENCE).untilTrue(told);
        assertThat(seen.get().isCancelled()).isTrue();
        assertThat(broker.metric("firn_plugin_cold_read_timeouts_total")).isEqualTo(1);
        assertThat(broker.metric("firn_plugin_cold_bytes_in_flight")).isPositive();
        never.complete(archive.batch(List.of(frame(0)), 1));
        assertNothingLeft();
    }

    @Test
    void aReaderThatBlocksItsThreadsBlocksNobodyElse() {
        open("firn.plugins.readTimeout=50", "firn.plugins.readRetryHold=1");
        CountDownLatch latch = new CountDownLatch(1);
        archive.answer = (request, token) -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return done(archive.honest(request));
        };
        List<CompletableFuture<RemotingCommand>> pulls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pulls.add(later(0));
        }

        pulls.forEach(pull -> assertTriesAgain(pull.join(), 0));
        broker.call(RequestCode.SEND_MESSAGE_V2, "x".getBytes(UTF_8), sendFields("Other", 0, ""))
                .join();
        await().atMost(PATIENCE)
                .until(() -> bodies(broker.ask(RequestCode.PULL_MESSAGE, pullFields("Other", 0, 0)))
                        .equals(List.of("x")));
        RemotingCommand min = broker.ask(RequestCode.GET_MIN_OFFSET, "topic", "T", "queueId", "0");
        assertThat(min.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        latch.countDown();
        await().atMost(PATIENCE).until(() -> bodies(pull(0)).size() == 5);
        assertNothingLeft();
    }

    @Test
    void aLinkageErrorEndsThePlugin() {
        open("firn.plugins.readRetryHold=1");
        archive.answer = (request, token) -> {
            throw new NoSuchMethodError("io.firn.spi.Gone.gone()");
        };

        assertTriesAgain(pull(0), 0);

        assertThat(plugin.troubles).singleElement().asString().contains("unlinked", "io.firn.spi.Gone.gone()");
        int asked = archive.asked.size();
        assertTriesAgain(pull(0), 0);
        assertThat(archive.asked).hasSize(asked);
        assertNothingLeft();
    }

    @Test
    void tellsWhenItWorksBadlyAndWhenItIsWell() {
        open("firn.plugins.readRetryHold=1");
        archive.answer = (request, token) -> CompletableFuture.failedFuture(new IllegalStateException("on purpose"));
        for (int i = 0; i < 5; i++) {
            assertTriesAgain(pull(0), 0);
        }
        assertThat(plugin.troubles).singleElement().asString().startsWith("degraded cold reader old-0");

        archive.answer = (request, token) -> done(archive.honest(request));

        assertThat(bodies(pull(0))).hasSize(5);
        assertThat(plugin.troubles).hasSize(2).last().asString().startsWith("recovered cold reader old-0");
    }

    @Test
    void readsWaitForBytesBeforeTheyAreIssued() {
        open("firn.plugins.coldBytes=1MiB");
        CompletableFuture<ColdBatch> first = new CompletableFuture<>();
        archive.answer = (request, token) -> archive.asked.size() == 1 ? first : done(archive.honest(request));

        CompletableFuture<RemotingCommand> one = later(0, "maxMsgBytes", MIB);
        await().atMost(PATIENCE).until(() -> archive.asked.size() == 1);
        CompletableFuture<RemotingCommand> two = later(0, "maxMsgBytes", MIB);
        CompletableFuture<RemotingCommand> three = later(0, "maxMsgBytes", MIB);
        await().atMost(PATIENCE).until(() -> broker.metric("firn_plugin_cold_reads_waiting") == 2);
        assertThat(archive.asked).hasSize(1);
        assertThat(broker.metric("firn_plugin_cold_bytes_in_flight")).isEqualTo(1 << 20);

        first.complete(archive.honest(archive.asked.getFirst()));

        for (CompletableFuture<RemotingCommand> pull : List.of(one, two, three)) {
            assertThat(bodies(pull.join())).hasSize(5);
        }
        assertNothingLeft();
    }

    @Test
    void aReadThatWaitsTooLongForBytesIsAskedAgain() {
        open("firn.plugins.coldBytes=1MiB", "firn.plugins.readTimeout=100");
        CompletableFuture<ColdBatch> never = new CompletableFuture<>();
        archive.answer = (request, token) -> never;

        assertTriesAgain(pull(0, "maxMsgBytes", MIB), 0);
        assertTriesAgain(pull(0, "maxMsgBytes", MIB), 0);

        assertThat(archive.asked).hasSize(1);
        never.complete(new ColdBatch.Skipped(1));
        assertNothingLeft();
    }

    @Test
    void cancelsWhenTheClientGoes() {
        open();
        AtomicReference<CancelToken> seen = new AtomicReference<>();
        CompletableFuture<ColdBatch> never = new CompletableFuture<>();
        archive.answer = (request, token) -> {
            seen.set(token);
            return never;
        };
        try (IoThreads io = IoThreads.open(IoConfig.from(new ConfigView(Map.of())), Clock.system(), new Metrics());
                RemotingClient client = RemotingClient.open(ClientConfig.defaults(), io, RequestRouter.empty())) {
            String[] fields = pullFields("T", 0, 0);
            client.call(
                    broker.address(),
                    RequestCode.PULL_MESSAGE,
                    out -> {
                        for (int i = 0; i < fields.length; i += 2) {
                            out.put(ExtKey.of(fields[i]), fields[i + 1]);
                        }
                    },
                    new byte[0],
                    PATIENCE);
            await().atMost(PATIENCE).until(() -> seen.get() != null);
            assertThat(seen.get().isCancelled()).isFalse();
        }

        await().atMost(PATIENCE).until(() -> seen.get().isCancelled());
        never.complete(archive.honest(archive.asked.getFirst()));
        assertNothingLeft();
    }

    @Test
    void answersEveryPullWhenItCloses() {
        open();
        archive.answer = (request, token) -> new CompletableFuture<>();
        CompletableFuture<RemotingCommand> waiting = later(0);
        await().atMost(PATIENCE).until(() -> archive.asked.size() == 1);

        broker.stop();

        assertTriesAgain(waiting.join(), 0);
    }

    @Test
    void servesAHundredPullsAtOnce() {
        open();
        archive.with(0, 500);
        List<CompletableFuture<RemotingCommand>> pulls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            pulls.add(later(i * 5L, "maxMsgNums", "5", "consumerGroup", "g" + i % 7));
        }

        for (int i = 0; i < 100; i++) {
            List<String> wanted = new ArrayList<>();
            for (int at = i * 5; at < i * 5 + 5; at++) {
                wanted.add("m" + at);
            }
            assertThat(bodies(pulls.get(i).join())).isEqualTo(wanted);
        }
        assertNothingLeft();
    }
}
