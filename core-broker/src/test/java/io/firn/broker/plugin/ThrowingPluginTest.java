package io.firn.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.RunningBroker;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.ResponseCode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plugins in real jars that throw whatever can be thrown, from each call the broker makes of them: it serves on. */
final class ThrowingPluginTest {

    private static final String THROW = "throw new IllegalStateException(\"no luck\");";

    @TempDir
    private Path root;

    private PluggedBroker broker;

    @BeforeEach
    void prepare() {
        System.clearProperty("firn.test.well");
        broker = new PluggedBroker(root);
    }

    @AfterEach
    void close() {
        broker.close();
        System.clearProperty("firn.test.well");
    }

    private void open(Bad kind, String act) {
        kind.jar(act).into(broker.jars, "bad.jar");
        broker.open();
        assertThat(broker.state("bad")).as(broker.cause("bad")).isEqualTo("ACTIVE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                THROW,
                "throw new AssertionError(\"no luck\");",
                "throw new Error(\"no luck\");",
                "deep(0);",
                "if (true) throw new java.util.concurrent.CompletionException(null);"
            })
    void aPutHookThatThrowsIsPassedByAndSwitchedOffAfterTwentyTimes(String act) {
        open(Bad.PUT_HOOK, act);

        for (int i = 0; i < 30; i++) {
            assertThat(broker.send("m" + i).code()).isEqualTo(ResponseCode.SUCCESS);
        }

        await().atMost(PluggedBroker.PATIENCE)
                .untilAsserted(() -> assertThat(broker.bodies()).hasSize(30).contains("m0", "m29"));
        assertThat(broker.broker().metric("firn_plugin_hook_failures_total")).isEqualTo(20);
        assertThat(broker.broker().metric("firn_plugin_hook_off")).isEqualTo(1);
        assertThat(broker.status("bad").path("troubles").toString()).contains("failed 20 times within 10 s");
    }

    @Test
    void aFailedHookThatHasToBeAskedRefusesTheMessageInItsName() {
        PluginJars.plugin(
                        "strict",
                        "context.register().putHook(HookSpec.of(\"must\","
                                + " Phase.VALIDATE).withOnFailure(OnFailure.FAIL_CLOSED), m -> { if (m.bodyLength() > 3)"
                                + " throw new IllegalStateException(); return Verdict.ACCEPT; });",
                        "")
                .into(broker.jars, "strict.jar");
        broker.open();

        RemotingCommand refused = broker.send("long message");

        assertThat(refused.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(refused.remark()).contains("plugin strict", "hook must failed");
        assertThat(broker.send("abc").code()).isEqualTo(ResponseCode.SUCCESS);
    }

    @ParameterizedTest
    @EnumSource(
            value = Bad.class,
            names = {"PUT_LISTENER", "ASYNC_PUT_HOOK", "DISPATCHER"})
    void whoThrowsWhereMessagesPassTakesNoMessageAlong(Bad kind) {
        open(kind, THROW);

        for (int i = 0; i < 5; i++) {
            assertThat(broker.send("m" + i).code()).isEqualTo(ResponseCode.SUCCESS);
        }

        await().atMost(PluggedBroker.PATIENCE)
                .untilAsserted(() -> assertThat(broker.bodies()).containsExactly("m0", "m1", "m2", "m3", "m4"));
        await().atMost(PluggedBroker.PATIENCE)
                .until(() -> broker.broker().metric("firn_plugin_hook_failures_total") >= 1);
        assertThat(broker.state("bad")).isEqualTo("ACTIVE");
    }

    @Test
    void aDispatcherThatThrewIsShownTheSameMessagesAgainAndIsWellAgain() {
        open(Bad.DISPATCHER, THROW);
        broker.send("m");
        await().atMost(PluggedBroker.PATIENCE)
                .until(() -> broker.status("bad").path("troubles").toString().contains("no luck"));

        System.setProperty("firn.test.well", "true");

        await().atMost(PluggedBroker.PATIENCE)
                .until(() -> broker.broker().metric("firn_plugin_dispatcher_lag_bytes") == 0);
        assertThat(broker.status("bad").path("troubles").toString()).isEqualTo("{}");
    }

    @Test
    void aCleanupHookThatThrowsHoldsEverySegment() {
        open(Bad.CLEANUP_HOOK, THROW);

        await().atMost(PluggedBroker.PATIENCE).until(() -> {
            Segments.deleteAll(broker);
            return broker.broker().metric("firn_plugin_held_bytes") > 0;
        });

        assertThat(Segments.first(broker)).isZero();
        assertThat(broker.status("bad").path("troubles").toString()).contains("segments are held for a minute");
    }

    @Test
    void aColdReaderThatThrowsMakesReadersAskAgainForTheSameOffset() {
        open(Bad.COLD_READER, THROW);

        RemotingCommand again = broker.pull(0);

        assertThat(again.code()).isEqualTo(ResponseCode.PULL_RETRY_IMMEDIATELY);
        assertThat(again.ext().requiredLong("nextBeginOffset")).isZero();
        assertThat(broker.broker().metric("firn_plugin_cold_read_failures_total"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Bad.class,
            names = {"QUEUE_READER", "QUEUE_FACTORY"})
    void aQueueReaderThatThrowsIsNeverReplacedByTheLocalStore(Bad kind) {
        open(kind, THROW);

        RemotingCommand failed = broker.pull(0);

        assertThat(failed.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(failed.remark()).contains("plugin bad@1.0.0", "no luck");
    }

    @ParameterizedTest
    @ValueSource(strings = {THROW, "throw new Error(\"no luck\");", "deep(0);"})
    void commandsAndRoutesThatThrowAreAnswered(String act) {
        Bad.COMMAND.jar(act).into(broker.jars, "command.jar");
        Bad.ROUTE.jar(act).with("Plugin-Id", "route").into(broker.jars, "route.jar");
        broker.open();

        RunningBroker.Page command = broker.broker().page("POST", "/v1/plugins/bad/-/command/bad", "{}");
        RunningBroker.Page route = broker.broker().page("GET", "/v1/plugins/route/bad", "");

        assertThat(command.status()).isEqualTo(500);
        assertThat(command.text()).contains("plugin bad: ");
        assertThat(route.status()).isEqualTo(500);
        assertThat(route.text()).contains("plugin route: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {THROW, "throw new Error(\"no luck\");", "deep(0);"})
    void aTopicCheckThatThrowsRefusesTheTopicInItsName(String act) {
        Bad.TOPIC_CHECK.jar(act).into(broker.jars, "bad.jar");
        broker.open();

        RemotingCommand refused = broker.createTopic("Other");

        assertThat(refused.code()).isNotEqualTo(ResponseCode.SUCCESS);
        assertThat(refused.remark()).contains("plugin bad failed while checking topic Other");
        System.setProperty("firn.test.well", "true");
        assertThat(broker.createTopic("Other").code()).isEqualTo(ResponseCode.SUCCESS);
    }

    @Test
    void metricsTasksAndListenersThatThrowDisturbNobody() {
        String act = "throw new Error(\"no luck\");";
        Bad.METRICS.jar(act).into(broker.jars, "a.jar");
        Bad.TASK.jar(act).with("Plugin-Id", "task").into(broker.jars, "b.jar");
        Bad.TOPIC_LISTENER.jar(act).with("Plugin-Id", "listener").into(broker.jars, "c.jar");
        broker.open();

        assertThat(broker.broker().metric("firn_plugin_bad_metrics_stale")).isEqualTo(1);
        await().atMost(PluggedBroker.PATIENCE)
                .until(() -> broker.broker().metric("firn_plugin_task_task_failures_total") >= 2);
        assertThat(broker.createTopic("Other").code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(broker.send("m").code()).isEqualTo(ResponseCode.SUCCESS);
        for (String id : new String[] {"bad", "task", "listener"}) {
            assertThat(broker.state(id)).isEqualTo("ACTIVE");
        }
    }
}
