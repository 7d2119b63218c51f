package io.firn.broker.plugin.put;

import static io.firn.broker.RunningBroker.sendFields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.RunningBroker;
import io.firn.broker.plugin.plane.TestPlugin;
import io.firn.broker.record.TestMessage;
import io.firn.broker.runtime.Closer;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.put.AsyncHookSpec;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.OnFailure;
import io.firn.spi.put.Phase;
import io.firn.spi.put.PutOrigin;
import io.firn.spi.put.PutSnapshot;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Put hooks that need time: what they are shown, and what becomes of messages whose answer is late or never comes. */
final class AsyncPutHooksTest {

    private static final Duration LONG = Duration.ofSeconds(2);

    @TempDir
    Path root;

    private final Closer closer = new Closer();
    private final List<PutSnapshot> shown = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<Verdict>> answers = new CopyOnWriteArrayList<>();
    private RunningBroker broker;
    private TestPlugin plugin;

    @BeforeEach
    void open() {
        broker = closer.add(RunningBroker.open(root));
        plugin = closer.add(TestPlugin.of("slow", root));
    }

    @AfterEach
    void close() {
        closer.close();
    }

    @Test
    void seeACopyOfWhatHooksBeforeThemMadeOfTheMessage() {
        plugin.put(broker.plane(), HookSpec.of("change", Phase.TRANSFORM), m -> {
            m.setBody(ByteBuffer.wrap("changed".getBytes(UTF_8)));
            m.setProperty("colour", "blue");
            return Verdict.MODIFIED;
        });
        answering(Verdict.ACCEPT);

        assertThat(send("one").join().code()).isEqualTo(ResponseCode.SUCCESS);

        PutSnapshot copy = shown.getFirst();
        assertThat(UTF_8.decode(copy.body().duplicate()).toString()).isEqualTo("changed");
        assertThat(copy.properties()).containsEntry("colour", "blue").containsKey("UNIQ_KEY");
        assertThat(copy.origin()).isEqualTo(PutOrigin.CLIENT);
        assertThat(copy.target().topic()).isEqualTo("T");
        assertStored("changed");
    }

    @Test
    void keepTheOrderOfAQueueWhateverAnswerComesFirst() {
        waiting(OnFailure.FAIL_CLOSED);
        send("warm up");
        awaitShown(1);
        answers.getFirst().complete(Verdict.ACCEPT);
        List<CompletableFuture<RemotingCommand>> sent = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sent.add(send("m" + i));
        }
        awaitShown(6);
        for (int i = 5; i > 0; i--) {
            answers.get(i).complete(i == 3 ? Verdict.reject(RejectCode.NO_PERMISSION, "not m2") : Verdict.ACCEPT);
        }

        assertThat(sent.stream().map(answer -> answer.join().code())).containsExactly(0, 0, 16, 0, 0);
        assertThat(sent.get(2).join().remark()).isEqualTo("not m2");
        assertStored("warm up", "m0", "m1", "m3", "m4");
    }

    @Test
    void areNotWaitedForLongerThanTheirDeadline() {
        plugin.asyncPut(
                broker.plane(),
                new AsyncHookSpec(
                        HookSpec.of("open", Phase.ENRICH).withOnFailure(OnFailure.FAIL_OPEN), Duration.ofMillis(20)),
                (copy, deadline) -> new CompletableFuture<>());

        assertThat(send("one").join().code()).isEqualTo(ResponseCode.SUCCESS);
        assertStored("one");
    }

    @Test
    void refuseForThePluginWhenTheyFailClosed() {
        plugin.asyncPut(
                broker.plane(),
                new AsyncHookSpec(HookSpec.of("closed", Phase.VALIDATE), Duration.ofMillis(20)),
                (copy, deadline) -> new CompletableFuture<>());

        RemotingCommand answer = send("one").join();

        assertThat(answer.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(answer.remark()).contains("plugin slow: its hook closed failed");
    }

    @Test
    void mayFailInAnyWay() {
        for (String how : List.of("throws", "fails", "null", "modified")) {
            plugin.asyncPut(
                    broker.plane(),
                    new AsyncHookSpec(HookSpec.of(how, Phase.ENRICH).withOnFailure(OnFailure.FAIL_OPEN), LONG),
                    (copy, deadline) -> misbehave(how));
        }

        assertThat(send("one").join().code()).isEqualTo(ResponseCode.SUCCESS);
        assertStored("one");
    }

    @Test
    void refuseABatchWhenTheyRefuseOneOfIt() {
        plugin.asyncPut(
                broker.plane(),
                new AsyncHookSpec(HookSpec.of("batch", Phase.VALIDATE), LONG),
                (copy, deadline) -> CompletableFuture.completedFuture(
                        UTF_8.decode(copy.body().duplicate()).toString().equals("bad")
                                ? Verdict.reject(RejectCode.MESSAGE_ILLEGAL, "bad one")
                                : Verdict.ACCEPT));

        assertThat(batch("a", "b").code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(batch("c", "bad").code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL);
        assertStored("a", "b");
    }

    private void answering(Verdict verdict) {
        plugin.asyncPut(
                broker.plane(), new AsyncHookSpec(HookSpec.of("ask", Phase.VALIDATE), LONG), (copy, deadline) -> {
                    shown.add(copy);
                    return CompletableFuture.completedFuture(verdict);
                });
    }

    private void waiting(OnFailure onFailure) {
        plugin.asyncPut(
                broker.plane(),
                new AsyncHookSpec(HookSpec.of("wait", Phase.VALIDATE).withOnFailure(onFailure), LONG),
                (copy, deadline) -> {
                    CompletableFuture<Verdict> answer = new CompletableFuture<>();
                    shown.add(copy);
                    answers.add(answer);
                    return answer;
                });
    }

    @SuppressWarnings("NullAway") // what a plugin must not do
    private static CompletableFuture<Verdict> misbehave(String how) {
        return switch (how) {
            case "throws" -> throw new IllegalStateException("thrown");
            case "fails" -> CompletableFuture.failedFuture(new IllegalStateException("failed"));
            case "null" -> CompletableFuture.completedFuture(null);
            default -> CompletableFuture.completedFuture(Verdict.MODIFIED);
        };
    }

    private void awaitShown(int count) {
        org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> answers.size() == count);
    }

    private CompletableFuture<RemotingCommand> send(String body) {
        return broker.call(RequestCode.SEND_MESSAGE_V2, body.getBytes(UTF_8), sendFields("T", 0, ""));
    }

    private RemotingCommand batch(String... bodies) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String body : bodies) {
            out.writeBytes(TestMessage.sub(0, body.getBytes(UTF_8), new byte[0]));
        }
        return broker.call(RequestCode.SEND_BATCH_MESSAGE, out.toByteArray(), sendFields("T", 0, ""))
                .join();
    }

    private void assertStored(String... bodies) {
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(RunningBroker.bodies(
                                broker.ask(RequestCode.PULL_MESSAGE, RunningBroker.pullFields("T", 0, 0))))
                        .containsExactly(bodies));
    }
}
