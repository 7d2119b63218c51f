package io.firn.broker.plugin.put;

import static io.firn.broker.RunningBroker.sendFields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.RunningBroker;
import io.firn.broker.plugin.plane.TestPlugin;
import io.firn.broker.record.RecordView;
import io.firn.broker.runtime.Closer;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.OnFailure;
import io.firn.spi.put.Phase;
import io.firn.spi.put.PutMessage;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.put.Verdict;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of messages, and of the broker, when put hooks misbehave. */
final class PutHookFailuresTest {

    @TempDir
    Path root;

    private final Closer closer = new Closer();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private RunningBroker broker;
    private TestPlugin plugin;

    @BeforeEach
    void open() {
        broker = closer.add(RunningBroker.open(root));
        plugin = closer.add(TestPlugin.of("guard", root));
    }

    @AfterEach
    void close() {
        closer.close();
    }

    @Test
    void leaveNoTraceWhenTheyFailOpen() {
        plugin.put(
                broker.plane(),
                HookSpec.of("half", Phase.TRANSFORM).withOnFailure(OnFailure.FAIL_OPEN),
                m -> {
                    m.setProperty("colour", "blue");
                    m.removeProperty("size");
                    m.setBody(ByteBuffer.wrap("changed".getBytes(UTF_8)));
                    throw new IllegalStateException("half done");
                });

        RemotingCommand answer = send("T", property("size", "9"));

        assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
        RecordView stored = pull("T").getFirst();
        assertThat(RunningBroker.body(stored)).isEqualTo("body");
        assertThat(stored.property("colour")).isNull();
        assertThat(stored.property("size")).isEqualTo("9");
    }

    @Test
    void refuseTheMessageWhenTheyFailClosed() {
        hook("broken", Phase.VALIDATE, m -> {
            throw new IllegalStateException("bug");
        });
        hook("null", Phase.OBSERVE, m -> null);

        RemotingCommand answer = send("T", "");

        assertThat(answer.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(answer.remark())
                .isEqualTo("plugin guard: its hook broken failed, and messages are not stored without it");
    }

    @Test
    void areSwitchedOffWhenTheyFailTooOften() {
        AtomicInteger calls = new AtomicInteger();
        plugin.put(
                broker.plane(),
                HookSpec.of("open", Phase.ENRICH).withOnFailure(OnFailure.FAIL_OPEN),
                m -> {
                    calls.incrementAndGet();
                    throw new IllegalStateException("bug");
                });
        for (int i = 0; i < 50; i++) {
            assertThat(send("T", "").code()).isEqualTo(ResponseCode.SUCCESS);
        }

        assertThat(calls).hasValue(20);
        assertThat(plugin.degraded).singleElement().asString().contains("put-open", "20 times");
        assertThat(broker.plane().troubles()).singleElement().asString().startsWith("guard/put-open");
        assertThat(broker.plane().chain("T")).containsExactly("ENRICH 0 guard/put-open FAIL_OPEN OFF");
    }

    @Test
    void quarantineThePluginWhenTheyNeedWhatIsNotThere() {
        hook("old", Phase.OBSERVE, m -> {
            throw new NoSuchMethodError("PutMessage.gone()");
        });
        hook("other", Phase.ENRICH, 0);

        assertThat(send("T", "").code()).isEqualTo(ResponseCode.SUCCESS);
        send("T", "");

        assertThat(plugin.unlinked).containsExactly("put-old: PutMessage.gone()");
        assertThat(seen).containsExactly("other");
    }

    @Test
    void mayNotTouchWhatIsTheBrokers() {
        hook("forge", Phase.OBSERVE, m -> {
            for (String name : List.of("UNIQ_KEY", "DELAY", "REAL_TOPIC")) {
                attempt(() -> m.setProperty(name, "x"));
                attempt(() -> m.removeProperty(name));
            }
            attempt(() -> m.setProperty("", "x"));
            attempt(() -> m.setProperty("a\u0001", "x"));
            attempt(() -> m.setProperty("a", "\u0002"));
            attempt(() -> m.setProperty("a", "v".repeat(32_767)));
            attempt(() -> m.setBody(ByteBuffer.allocate(0)));
            attempt(() -> m.setBody(ByteBuffer.allocate((4 << 20) + 1)));
            return Verdict.ACCEPT;
        });

        assertThat(send("T", "").code()).isEqualTo(ResponseCode.SUCCESS);

        assertThat(seen).hasSize(12).doesNotContain("allowed");
    }

    @Test
    void runWithTheirPluginsClassLoader() {
        hook("loader", Phase.OBSERVE, m -> note(
                String.valueOf(Thread.currentThread().getContextClassLoader().getName())));

        send("T", "");

        assertThat(seen).containsExactly("guard");
    }

    @Test
    void meetMessagesThatThrowWhenKeptInDebugMode(@TempDir Path other) {
        List<PutMessage> kept = new ArrayList<>();
        List<ByteBuffer> bodies = new ArrayList<>();
        try (RunningBroker debug = RunningBroker.open(other, "firn.plugins.debug=true")) {
            plugin.put(debug.plane(), HookSpec.of("keeper", Phase.OBSERVE), m -> {
                kept.add(m);
                bodies.add(m.body());
                return Verdict.ACCEPT;
            });
            debug.call(RequestCode.SEND_MESSAGE_V2, "body".getBytes(UTF_8), sendFields("T", 0, ""))
                    .join();

            org.assertj.core.api.Assertions.assertThatThrownBy(() -> kept.getFirst().topic())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("must not keep");
            assertThat(bodies.getFirst().get(0)).isEqualTo((byte) 0xDD);
            plugin.leave(debug.plane(), Duration.ofSeconds(30));
        }
    }

    private void attempt(Runnable forbidden) {
        try {
            forbidden.run();
            seen.add("allowed");
        } catch (IllegalArgumentException e) {
            seen.add(String.valueOf(e.getMessage()));
        }
    }

    /** All messages of queue 0, once what was stored is visible. */
    private List<RecordView> pull(String topic) {
        await().atMost(Duration.ofSeconds(60)).until(() -> !pulled(topic).isEmpty());
        return pulled(topic);
    }

    private Verdict note(String what) {
        seen.add(what);
        return Verdict.ACCEPT;
    }

    private void hook(String name, Phase phase, int priority) {
        plugin.put(broker.plane(), HookSpec.of(name, phase).withPriority(priority), m -> note(name));
    }

    private void hook(String name, Phase phase, PutMessageHook hook) {
        plugin.put(broker.plane(), HookSpec.of(name, phase), hook);
    }

    private RemotingCommand send(String topic, String properties) {
        return broker.call(RequestCode.SEND_MESSAGE_V2, "body".getBytes(UTF_8), sendFields(topic, 0, properties))
                .join();
    }

    private List<RecordView> pulled(String topic) {
        return RunningBroker.records(broker.ask(RequestCode.PULL_MESSAGE, RunningBroker.pullFields(topic, 0, 0)));
    }

    private static String property(String key, String value) {
        return key + '\u0001' + value + '\u0002';
    }
}
