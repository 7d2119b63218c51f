package io.firn.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.delay.DelayConfig;
import io.firn.broker.delay.Delays;
import io.firn.broker.delay.Stores;
import io.firn.broker.log.LogRuntime;
import io.firn.broker.queue.DelayLevels;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import io.firn.broker.record.RecordEncoder;
import io.firn.broker.record.TestMessage;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.runtime.TaskAgent;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Delivery of delayed messages from a real store to where storing them may fail. */
final class DelayDeliveryTest {

    private static final String SCHEDULE = "SCHEDULE_TOPIC_XXXX";
    private static final DelayConfig CONFIG = new DelayConfig(DelayLevels.parse("1s 1h"), Duration.ofMillis(100));

    @TempDir
    Path root;

    private final Closer closer = new Closer();
    private final Metrics metrics = new Metrics();
    private final Queue<String> stored = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private final RecordEncoder encoder = new RecordEncoder(HostAddress.parse("127.0.0.1:10911"), 1 << 20);
    private StoreRooms store;
    private Delays delays;

    @BeforeEach
    void open() {
        TaskAgent housekeeper =
                closer.add(TaskAgent.start("firn-housekeeper", 1024, Clock.system(), (c, e) -> faults.add(e)));
        LogRuntime runtime = new LogRuntime(Clock.system(), metrics, (c, e) -> faults.add(e), housekeeper);
        Map<String, String> settings = RunningBroker.settings(root, "messageDelayLevel=1s 1h");
        store = StoreRooms.open(BrokerConfigs.from(new ConfigView(settings)), runtime, closer);
        delays = closer.add(Delays.open(
                CONFIG,
                root.resolve("config"),
                new Stores(store.queueLog().local(), store.log(), store.polls()),
                new Delays.Chores(housekeeper, store.log().flusher(), Clock.system(), runtime.faults()),
                metrics));
    }

    @AfterEach
    void close() {
        closer.close();
        assertThat(faults).isEmpty();
    }

    @Test
    void triesAgainWhatCouldNotBeStoredBeforeItGoesOn() {
        Queue<RuntimeException> failures =
                new ConcurrentLinkedQueue<>(List.of(new StorageException("no disk"), new BusyException("not now")));
        aside("first");
        aside("second");

        delays.start(message -> {
            RuntimeException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
            return keep(message);
        });

        soon().untilAsserted(() -> assertThat(stored).containsExactly("first", "second"));
    }

    @Test
    void waitsUntilOneIsStoredBeforeItGoesOn() {
        CompletableFuture<Long> first = new CompletableFuture<>();
        aside("first");
        aside("second");

        delays.start(message -> {
            CompletableFuture<Long> done = keep(message);
            return stored.size() == 1 ? first : done;
        });

        soon().untilAsserted(() -> assertThat(stored).containsExactly("first"));
        first.complete(store.log().appended().get());
        soon().untilAsserted(() -> assertThat(stored).containsExactly("first", "second"));
    }

    @Test
    void triesAgainWhatFailedLater() {
        CompletableFuture<Long> failed = new CompletableFuture<>();
        aside("x");

        delays.start(message -> {
            CompletableFuture<Long> done = keep(message);
            return stored.size() == 1 ? failed : done;
        });
        soon().untilAsserted(() -> assertThat(stored).containsExactly("x"));
        failed.completeExceptionally(new RequestException(ResponseCode.SYSTEM_BUSY, "a plugin is busy"));

        soon().untilAsserted(() -> assertThat(stored).containsExactly("x", "x"));
    }

    @Test
    void dropsWhatIsRefusedForGoodAndWhatBelongsNowhere() {
        aside("refused");
        append(TestMessage.of(SCHEDULE, 0, "lost").withProperties(Map.of("DELAY", "1")));
        append(TestMessage.of(SCHEDULE, 0, "circle")
                .withProperties(Map.of("DELAY", "1", "REAL_TOPIC", SCHEDULE, "REAL_QID", "0")));
        append(TestMessage.of(SCHEDULE, 0, "number")
                .withProperties(Map.of("DELAY", "1", "REAL_TOPIC", "T", "REAL_QID", "x")));
        aside("kept");

        delays.start(message -> {
            if (body(message).equals("refused")) {
                throw new RequestException(ResponseCode.MESSAGE_ILLEGAL, "a hook says no");
            }
            return keep(message);
        });

        soon().untilAsserted(() -> assertThat(stored).containsExactly("kept"));
    }

    @Test
    void writesProgressWhileItRuns() {
        aside("x");
        delays.start(this::keep);

        soon().untilAsserted(() ->
                assertThat(root.resolve("config/delayOffset.json")).content().contains("\"offsetTable\":{\"1\":1}"));
    }

    @Test
    void doesNothingBeforeThereIsADelayedMessage() {
        delays.start(this::keep);
        closer.close();

        assertThat(Files.exists(root.resolve("config/delayOffset.json"))).isFalse();
        assertThat(stored).isEmpty();
    }

    /** Says that it lies at the end of the log, which is true enough. */
    private CompletableFuture<Long> keep(MessageSource message) {
        stored.add(body(message));
        return CompletableFuture.completedFuture(store.log().appended().get());
    }

    private static String body(MessageSource message) {
        ByteBuffer body = ByteBuffer.allocate(message.bodyLength());
        message.copyBody(body);
        return new String(body.array(), UTF_8);
    }

    private void aside(String body) {
        append(TestMessage.of(SCHEDULE, 0, body)
                .withProperties(Map.of("DELAY", "1", "REAL_TOPIC", "T", "REAL_QID", "2")));
    }

    private void append(MessageSource message) {
        store.log().writer().append(encoder.encode(message), store.queues().tail(SCHEDULE, 0));
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> store.dispatched().get() >= store.log().appended().get());
    }

    private static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(20));
    }
}
