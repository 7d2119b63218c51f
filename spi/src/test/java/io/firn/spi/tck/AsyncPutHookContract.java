package io.firn.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.contract.Deadline;
import io.firn.spi.fake.FakeClient;
import io.firn.spi.put.AsyncHookSpec;
import io.firn.spi.put.AsyncPutHook;
import io.firn.spi.put.PutOrigin;
import io.firn.spi.put.PutSnapshot;
import io.firn.spi.put.Verdict;
import io.firn.spi.topic.QueueRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a broker relies on in every {@link AsyncPutHook}. */
public abstract class AsyncPutHookContract {

    private static final QueueRef QUEUE = new QueueRef("contract", 0);
    private static final int CALLS = 200;
    private static final long LIMIT_S = 60;

    /** A hook, new or not; each test asks once. */
    protected abstract AsyncPutHook hook();

    /** A message that the hook lets pass; new each time. */
    protected PutSnapshot accepted() {
        return snapshot(PutOrigin.CLIENT, "hello", Map.of("KEYS", "k1"));
    }

    /** How long an answer may take: the deadline that the hook is registered with. */
    protected Duration deadline() {
        return AsyncHookSpec.LONGEST;
    }

    @Test
    void answersForEveryMessage() throws Exception {
        AsyncPutHook hook = hook();
        for (PutSnapshot message : everyKind()) {
            assertThat(answer(ask(hook, message))).as("%s", message).isNotNull();
        }
    }

    @Test
    void letsItsAcceptedMessagePass() throws Exception {
        Verdict verdict = answer(ask(hook(), accepted()));
        assertThat(verdict != null && verdict.isReject()).isFalse();
    }

    @Test
    void neverSaysThatItChangedACopy() throws Exception {
        AsyncPutHook hook = hook();
        for (PutSnapshot message : everyKind()) {
            assertThat(answer(ask(hook, message))).isNotSameAs(Verdict.MODIFIED);
        }
    }

    @Test
    void returnsWithoutWaitingForItsAnswer() throws Exception {
        AsyncPutHook hook = hook();
        assertThat(answer(ask(hook, accepted()))).isNotNull();
        List<CompletionStage<Verdict>> answers = new ArrayList<>();
        long waits = CallMeter.waits(() -> {
            for (int i = 0; i < CALLS; i++) {
                answers.add(ask(hook, accepted()));
            }
        });
        // now and then the JVM itself stops a thread; a hook that waits does so on each call
        assertThat(waits).as("waits in %d calls", CALLS).isLessThan(CALLS / 10);
        for (CompletionStage<Verdict> one : answers) {
            assertThat(answer(one)).isNotNull();
        }
    }

    @Test
    void answersManyAtOnceEachForItself() throws Exception {
        AsyncPutHook hook = hook();
        List<CompletionStage<Verdict>> answers = new ArrayList<>();
        String alone = String.valueOf(answer(ask(hook, accepted())));
        for (int i = 0; i < CALLS; i++) {
            answers.add(ask(hook, accepted()));
        }
        for (CompletionStage<Verdict> one : answers) {
            assertThat(String.valueOf(answer(one))).isEqualTo(alone);
        }
    }

    @Test
    void leavesTheBytesOfTheCopyWhereTheyAre() throws Exception {
        AsyncPutHook hook = hook();
        PutSnapshot message = accepted();
        int length = message.body().remaining();
        assertThat(answer(ask(hook, message))).isNotNull();
        assertThat(message.body().remaining()).isEqualTo(length);
    }

    private static List<PutSnapshot> everyKind() {
        List<PutSnapshot> kinds = new ArrayList<>();
        kinds.add(snapshot(PutOrigin.CLIENT, "", Map.of()));
        kinds.add(snapshot(PutOrigin.CLIENT, "x".repeat(100_000), Map.of()));
        kinds.add(snapshot(PutOrigin.CLIENT, "hello", Map.of("KEYS", " ", "TAGS", "ä€")));
        for (PutOrigin origin : PutOrigin.values()) {
            kinds.add(snapshot(origin, "hello", Map.of("KEYS", "k1")));
        }
        return kinds;
    }

    private static PutSnapshot snapshot(PutOrigin origin, String body, Map<String, String> properties) {
        boolean fromClient = origin == PutOrigin.CLIENT || origin == PutOrigin.TRANSACTION_HALF;
        return new PutSnapshot(
                QUEUE,
                origin,
                fromClient ? new FakeClient("producers", "JAVA") : null,
                ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)),
                properties);
    }

    private CompletionStage<Verdict> ask(AsyncPutHook hook, PutSnapshot message) {
        CompletionStage<Verdict> stage = hook.beforePut(message, Deadline.after(deadline(), System::nanoTime));
        assertThat(stage).as("the answer to come").isNotNull();
        return stage;
    }

    /** What it comes to; a failure counts as no answer. */
    private static @Nullable Verdict answer(CompletionStage<Verdict> stage) throws Exception {
        CompletableFuture<Verdict> settled = stage.toCompletableFuture().exceptionally(failure -> null);
        return settled.get(LIMIT_S, TimeUnit.SECONDS);
    }
}
