package io.firn.broker.plugin.plane;

import static io.firn.broker.RunningBroker.sendFields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.RunningBroker;
import io.firn.broker.runtime.Closer;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.contract.ByteSize;
import io.firn.spi.dispatch.DispatcherSpec;
import io.firn.spi.dispatch.LagLimit;
import io.firn.spi.dispatch.LagPolicy;
import io.firn.spi.dispatch.StartFrom;
import io.firn.spi.read.FrameCursor;
import io.firn.spi.retention.Hold;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dispatchers and cleanup hooks in a whole broker. */
final class DataPlaneTest {

    private static final DispatcherSpec SPEC = DispatcherSpec.of("d").withStart(StartFrom.EARLIEST);

    @TempDir
    Path root;

    private final Closer closer = new Closer();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private RunningBroker broker;
    private TestPlugin plugin;

    @BeforeEach
    void open() {
        broker = closer.add(RunningBroker.open(root, "flushIntervalCommitLog=5", "fileReservedTime=0"));
        plugin = closer.add(TestPlugin.of("p", root));
    }

    @AfterEach
    void close() {
        goOn.countDown();
        closer.close();
    }

    @Test
    void aDispatcherThatHangsDelaysNeitherSendersNorConsumers() {
        plugin.dispatch(broker.plane(), SPEC, (batch, progress) -> goOn.await());
        for (int i = 0; i < 20; i++) {
            assertThat(send("m" + i).code()).isEqualTo(ResponseCode.SUCCESS);
        }

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(pulled()).hasSize(20));
        assertThat(plugin.leave(broker.plane(), Duration.ofMillis(1)))
                .containsExactly("p: dispatcher d is still at work");
    }

    @Test
    void aDispatcherThatAsksForItHoldsBackProducers() {
        LagLimit limit = new LagLimit(LagPolicy.THROTTLE_PRODUCERS, new ByteSize(100), ByteSize.ofMebibytes(8));
        plugin.dispatch(broker.plane(), SPEC.withLag(limit), (batch, progress) -> {
            try (FrameCursor frames = batch.frames()) {
                while (frames.next()) {
                    bodies.add(frames.frame().topic());
                }
            }
            goOn.await();
            progress.durableUpTo(batch.to());
        });
        send("first");

        RemotingCommand refused = send("second");
        assertThat(refused.code()).isEqualTo(ResponseCode.SYSTEM_BUSY);
        assertThat(refused.remark()).contains("plugin p: dispatcher d is behind");
        goOn.countDown();
        await().atMost(Duration.ofSeconds(60)).until(() -> send("third").code() == ResponseCode.SUCCESS);
        assertThat(bodies).contains("T");
        assertThat(plugin.leave(broker.plane(), Duration.ofSeconds(60))).isEmpty();
    }

    @Test
    void segmentsStayAsLongAsAPluginHoldsThem() {
        AtomicBoolean held = new AtomicBoolean(true);
        plugin.cleanup(
                broker.plane(), (segment, cause) -> held.get() ? Hold.until(Instant.EPOCH, "not archived") : Hold.NONE);
        long before = minPosition();
        byte[] body = new byte[100_000];
        for (int i = 0; i < 24; i++) {
            broker.call(RequestCode.SEND_MESSAGE_V2, body, sendFields("T", 0, ""))
                    .join();
        }
        var holds = await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            broker.ask(RequestCode.DELETE_EXPIRED_COMMITLOG);
                            return broker.plane().held();
                        },
                        seen -> !seen.isEmpty());
        assertThat(minPosition()).isEqualTo(before);
        assertThat(holds).first().satisfies(one -> {
            assertThat(one.pluginId()).isEqualTo("p");
            assertThat(one.hold().reason()).isEqualTo("not archived");
        });

        held.set(false);
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            broker.ask(RequestCode.DELETE_EXPIRED_COMMITLOG);
            return minPosition() > before;
        });
        plugin.leave(broker.plane(), Duration.ofSeconds(60));
    }

    private long minPosition() {
        return broker.ask(RequestCode.GET_MIN_OFFSET, "topic", "T", "queueId", "0")
                .ext()
                .requiredLong("offset");
    }

    private RemotingCommand send(String body) {
        return broker.call(RequestCode.SEND_MESSAGE_V2, body.getBytes(UTF_8), sendFields("T", 0, ""))
                .join();
    }

    private List<String> pulled() {
        return RunningBroker.bodies(broker.ask(RequestCode.PULL_MESSAGE, RunningBroker.pullFields("T", 0, 0)));
    }
}
