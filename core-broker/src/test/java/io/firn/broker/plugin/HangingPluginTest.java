package io.firn.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.RunningBroker;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.ResponseCode;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins in real jars whose calls do not come back: who waits is answered, nobody else waits. */
final class HangingPluginTest {

    private static final String LATCH = "firn.test.latch";
    private static final String HANG = "try { ((java.util.concurrent.CountDownLatch) System.getProperties().get(\""
            + LATCH + "\")).await(); } catch (InterruptedException e) { Thread.currentThread().interrupt(); }";

    @TempDir
    private Path root;

    private final CountDownLatch goOn = new CountDownLatch(1);
    private PluggedBroker broker;

    @BeforeEach
    void prepare() {
        System.clearProperty("firn.test.well");
        System.getProperties().put(LATCH, goOn);
        broker = new PluggedBroker(root);
    }

    @AfterEach
    void close() {
        goOn.countDown();
        broker.close();
        System.getProperties().remove(LATCH);
    }

    private void open(Bad kind, String... settings) {
        kind.jar(HANG).with("Plugin-Id", kind.id()).into(broker.jars, "bad.jar");
        broker.open(settings);
        assertThat(broker.state(kind.id())).as(broker.cause(kind.id())).isEqualTo("ACTIVE");
    }

    @Test
    void aPutHookThatHangsIsReportedWithItsStackAndSwitchedOff() {
        open(Bad.PUT_HOOK);

        CompletableFuture<RemotingCommand> stuck = broker.sending("stuck");

        await().atMost(PluggedBroker.PATIENCE)
                .untilAsserted(() -> assertThat(
                                broker.status("put-hook").path("troubles").toString())
                        .contains("a call on firn-io-", "has not come back for more than 1000 ms"));
        assertThat(broker.broker().metric("firn_plugin_hook_stuck_total")).isEqualTo(1);
        assertThat(broker.broker().metric("firn_plugin_hook_off")).isEqualTo(1);
        goOn.countDown();
        assertThat(stuck.join().code()).isEqualTo(ResponseCode.SUCCESS);
    }

    @Test
    void anAsyncHookThatNeverAnswersIsNotWaitedForBeyondItsDeadline() {
        PluginJars.plugin(
                        "mute",
                        "context.register().asyncPutHook(AsyncHookSpec.of(HookSpec.of(\"mute\","
                                + " Phase.VALIDATE).withOnFailure(OnFailure.FAIL_CLOSED)),"
                                + " (m, d) -> new java.util.concurrent.CompletableFuture<>());",
                        "")
                .into(broker.jars, "mute.jar");
        broker.open();

        RemotingCommand refused = broker.send("m");

        assertThat(refused.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(refused.remark()).contains("plugin mute");
    }

    @Test
    void aDispatcherThatHangsKeepsNoMessageFromItsConsumersAndLagsVisibly() {
        open(Bad.DISPATCHER);

        broker.send("a");
        broker.send("b");

        await().atMost(PluggedBroker.PATIENCE)
                .untilAsserted(() -> assertThat(broker.bodies()).containsExactly("a", "b"));
        assertThat(broker.broker().metric("firn_plugin_dispatcher_lag_bytes")).isPositive();
        assertThat(broker.broker().metric("firn_admin_dispatch_lag_bytes")).isZero();
    }

    @Test
    void aCleanupHookThatIsLateHoldsEverySegment() {
        open(Bad.CLEANUP_HOOK);

        await().atMost(PluggedBroker.PATIENCE).until(() -> {
            Segments.deleteAll(broker);
            return broker.broker().metric("firn_plugin_held_bytes") > 0;
        });

        assertThat(Segments.first(broker)).isZero();
        assertThat(broker.status("cleanup-hook").path("troubles").toString())
                .containsAnyOf(
                        "it is late; segments are held for a minute",
                        "it does not come back; no segment is deleted meanwhile");
    }

    @Test
    void aColdReaderThatHangsMakesReadersAskAgain() {
        open(Bad.COLD_READER, "firn.plugins.readTimeout=300");

        RemotingCommand again = broker.pull(0);

        assertThat(again.code()).isEqualTo(ResponseCode.PULL_RETRY_IMMEDIATELY);
        assertThat(again.ext().requiredLong("nextBeginOffset")).isZero();
        assertThat(broker.broker().metric("firn_plugin_cold_read_timeouts_total"))
                .isEqualTo(1);
    }

    @Test
    void aQueueReaderThatHangsIsAnsweredInItsNameAndNeverReplacedByTheLocalStore() {
        open(Bad.QUEUE_READER, "firn.plugins.readTimeout=300");

        RemotingCommand failed = broker.pull(0);

        assertThat(failed.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(failed.remark()).contains("plugin queue-reader@1.0.0", "300 ms");
    }

    @Test
    void metricsThatHangAreLeftOutOfThePage() {
        open(Bad.METRICS);

        assertThat(broker.broker().metric("firn_plugin_metrics_metrics_stale")).isEqualTo(1);
    }

    @Test
    void aStartThatHangsFailsAndAStopThatHangsEndsTheBrokerAllTheSame() {
        PluginJars.plugin("slow", HANG, "").into(broker.jars, "slow.jar");
        PluginJars.plugin("sticky", PluginJars.HOOK, HANG).into(broker.jars, "sticky.jar");
        broker.open("firn.plugins.startTimeout=500", "firn.plugins.stopTimeout=100");

        assertThat(broker.state("slow")).isEqualTo("FAILED");
        assertThat(broker.cause("slow")).contains("its start did not end", "500 ms", "p.Main.start");
        RunningBroker.Page stopped = broker.broker().page("POST", "/v1/plugins/sticky/-/disable", "");
        assertThat(stopped.status()).isEqualTo(200);
        assertThat(broker.state("sticky")).isEqualTo("DISABLED");
    }
}
