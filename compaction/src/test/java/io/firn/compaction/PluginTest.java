package io.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.spi.StopReason;
import io.firn.spi.admin.AdminCommand;
import io.firn.spi.fake.FakeContext;
import io.firn.spi.fake.FakeFilter;
import io.firn.spi.fake.FakePutMessage;
import io.firn.spi.fake.FakeQueue;
import io.firn.spi.fake.FakeRegistrar;
import io.firn.spi.fake.FakeTopics;
import io.firn.spi.fake.FrameBuilder;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.message.FrameView;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.queue.QueueReaderFactory;
import io.firn.spi.queue.ReadRequest;
import io.firn.spi.queue.ReadResult;
import io.firn.spi.read.Boundary;
import io.firn.spi.read.SegmentRef;
import io.firn.spi.retention.DeleteCause;
import io.firn.spi.retention.SegmentCleanupHook;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.Topic;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole plugin over the SPI's fakes. */
final class PluginTest {

    private static final QueueRef QUEUE = new QueueRef("table", 0);

    @TempDir
    Path directory;

    private FakeContext context;
    private CompactionPlugin plugin;
    private final List<ByteBuffer> frames = new ArrayList<>();
    private QueueReader reader;

    @BeforeEach
    void start() throws Exception {
        context = new FakeContext(directory, CompactionConfig.NORMAL);
        context.topics().put(compacted("table", new UUID(1, 1)));
        plugin = new CompactionPlugin();
        plugin.start(context);
    }

    @AfterEach
    void stop() throws Exception {
        if (reader != null) {
            reader.close();
        }
        assertThat(plugin.stop(StopReason.SHUTDOWN, Duration.ofSeconds(10))).isNotNull();
        assertThat(context.reader().open()).isZero();
        context.close();
    }

    private static Topic compacted(String name, UUID incarnation) {
        Topic plain = FakeTopics.topic(name, 1);
        return new Topic(name, plain.kind(), plain.layout(), Map.of("cleanup.policy", "COMPACTION"), incarnation);
    }

    private void put(String key, String value) {
        long offset = frames.size();
        FrameBuilder message =
                FrameBuilder.in(QUEUE).offset(offset).storedMs(context.clock().millis());
        message.property("KEYS", key).property("TAGS", "tag-" + value).body(value);
        long position = context.reader().append(message);
        frames.add(message.position(position).build());
    }

    private void open() throws Exception {
        QueueReaderFactory factory = context.register().only(QueueReaderFactory.class);
        reader = factory.open(QUEUE, new FakeQueue(0, frames));
    }

    /** Time goes by, and passes that are due run. */
    private void pass(Duration time) throws Exception {
        context.clock().advance(time);
        context.scheduler().runDue();
    }

    private ReadResult read(long offset) {
        return reader.read(new ReadRequest(offset, 32, 1 << 20, FakeFilter.all(), Map.of()));
    }

    private static List<Long> offsets(ReadResult result) {
        List<Long> found = new ArrayList<>();
        if (result instanceof ReadResult.Found batch) {
            try (FrameBatch held = batch.frames()) {
                for (ByteBuffer buffer : held.buffers()) {
                    for (int at = buffer.position(); at < buffer.limit(); ) {
                        FrameView frame = new FrameView().wrap(buffer, at);
                        found.add(frame.queueOffset());
                        at += frame.totalSize();
                    }
                }
            }
        }
        return found;
    }

    private Object command(String name, Record args) throws Exception {
        for (FakeRegistrar.Registered registered : context.register().all()) {
            if (registered.implementation() instanceof AdminCommand<?>
                    && registered.spec().equals(name)) {
                @SuppressWarnings("unchecked")
                AdminCommand<Record> command = (AdminCommand<Record>) registered.implementation();
                return command.run(args, null);
            }
        }
        throw new AssertionError("no command " + name);
    }

    private void compactAll() throws Exception {
        command("run", new QueueArgs("", -1));
        await().atMost(Duration.ofSeconds(60)).until(() -> reader.nextOffsetFloor() == frames.size());
    }

    @Test
    void aQueueIsCompactedBeforeItsMaximalLag() throws Exception {
        put("a", "1");
        put("b", "1");
        put("a", "2");
        open();
        pass(Duration.ofMinutes(1));
        assertThat(offsets(read(0))).containsExactly(0L, 1L, 2L);
        pass(Duration.ofMinutes(8).plusSeconds(30));
        await().atMost(Duration.ofSeconds(60)).until(() -> reader.minOffset() == 1);
        assertThat(offsets(read(0))).containsExactly(1L, 2L);
        assertThat(reader.maxOffset()).isEqualTo(3);
        assertThat(reader.estimateCount(0, 3)).isEqualTo(2);
        await().atMost(Duration.ofSeconds(60)).until(() -> context.metrics().value("passes") == 1);
    }

    @Test
    void producersAreHeldBackWhileAQueueIsFarBehindWhenTheTopicAsksForIt() throws Exception {
        Topic plain = compacted("table", new UUID(1, 1));
        Map<String, String> asking = Map.of("cleanup.policy", "COMPACTION", "compaction.throttle.producers", "true");
        context.topics().put(new Topic("table", plain.kind(), plain.layout(), asking, plain.incarnation()));
        put("a", "1");
        put("a", "2");
        open();
        pass(Duration.ofMinutes(51));
        Verdict verdict = throttled();
        assertThat(verdict.isReject()).isTrue();
        assertThat(verdict.code()).isEqualTo(RejectCode.SYSTEM_BUSY);
        await().atMost(Duration.ofSeconds(60)).until(() -> reader.minOffset() == 1);
        pass(Duration.ofSeconds(1));
        assertThat(throttled()).isEqualTo(Verdict.ACCEPT);
    }

    private Verdict throttled() {
        return context.register()
                .only(ProducerThrottle.class)
                .beforePut(new FakePutMessage(QUEUE).withBody("b").lend());
    }

    @Test
    void aKeyInTwoQueuesIsAllowedAndReportedByVerify() throws Exception {
        put("a", "1");
        put("mine", "1");
        open();
        QueueRef second = new QueueRef("table", 1);
        List<ByteBuffer> others = new ArrayList<>();
        for (String key : List.of("a", "theirs")) {
            FrameBuilder message = FrameBuilder.in(second)
                    .offset(others.size())
                    .storedMs(context.clock().millis());
            message.property("KEYS", key).body("2");
            long position = context.reader().append(message);
            others.add(message.position(position).build());
        }
        QueueReader other = context.register().only(QueueReaderFactory.class).open(second, new FakeQueue(0, others));
        // one pass at a time
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            command("run", new QueueArgs("", -1));
            return reader.nextOffsetFloor() == 2 && other.nextOffsetFloor() == 2;
        });
        assertThat(command("verify", new QueueArgs("table", -1)).toString())
                .contains("sound")
                .contains("keysInSeveralQueues=1")
                .contains("'a' is in queues 0 and 1");
        assertThat(command("verify", new QueueArgs("table", 0)).toString()).doesNotContain("keysInSeveralQueues");
        other.close();
    }

    @Test
    void anErasureThatIsOverdueIsSaidToWhoeverWatches() throws Exception {
        put("a", "1");
        put("b", "1");
        put("c", "1");
        open();
        compactAll();
        put("a", "2");
        compactAll();
        pass(Duration.ofSeconds(1));
        assertThat(context.health().words()).containsEntry("erase", "up").containsEntry("queues", "up");

        Path files = context.dataDir().resolve("topics").resolve("table").resolve("0");
        Path away = directory.resolve("away");
        Files.move(files, away);
        pass(Duration.ofHours(26));
        assertThat(context.health().words().get("erase"))
                .contains("table")
                .contains("compaction.erase.within.ms of 86400000");
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            pass(Duration.ofHours(1));
            return context.health().words().get("queues").startsWith("degraded");
        });
        Files.move(away, files);
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            pass(Duration.ofHours(1));
            return context.health().words().get("erase").equals("up");
        });
    }

    @Test
    void theTailFollowsTheCompactedPartAndTheEndIsTheEnd() throws Exception {
        put("a", "1");
        put("a", "2");
        open();
        compactAll();
        put("a", "3");
        assertThat(offsets(read(0))).containsExactly(1L);
        reader.close();
        open();
        assertThat(offsets(read(0))).containsExactly(1L);
        assertThat(offsets(read(2))).containsExactly(2L);
        assertThat(read(3)).isEqualTo(new ReadResult.AtEnd(3));
        assertThat(reader.nextOffsetFloor()).isEqualTo(2);
    }

    @Test
    void filtersSeeCompactedRecordsAsAnyOther() throws Exception {
        put("a", "1");
        put("b", "2");
        put("c", "1");
        open();
        compactAll();
        ReadResult found = reader.read(new ReadRequest(0, 32, 1 << 20, FakeFilter.tag("tag-1"), Map.of()));
        assertThat(offsets(found)).containsExactly(0L, 2L);
        assertThat(reader.read(new ReadRequest(0, 32, 1 << 20, FakeFilter.tag("none"), Map.of())))
                .isEqualTo(new ReadResult.Skipped(3));
    }

    @Test
    void theLatestRecordOfAKeyIsFoundInBothParts() throws Exception {
        put("a", "1");
        put("b", "1");
        open();
        compactAll();
        put("a", "2");
        assertThat(offset(reader.latest(Records.utf8("b")))).isEqualTo(1);
        reader.close();
        open();
        assertThat(offset(reader.latest(Records.utf8("a")))).isEqualTo(2);
        assertThat(reader.latest(Records.utf8("x"))).isNull();
    }

    private static long offset(FrameBatch batch) {
        try (batch) {
            return new FrameView().wrap(batch.buffers().getFirst()).queueOffset();
        }
    }

    @Test
    void timesAreFoundInBothParts() throws Exception {
        long begin = context.clock().millis();
        put("a", "1");
        context.clock().advance(Duration.ofSeconds(10));
        put("b", "1");
        open();
        compactAll();
        context.clock().advance(Duration.ofSeconds(10));
        put("c", "1");
        reader.close();
        open();
        assertThat(reader.offsetByTime(begin + 1, Boundary.LOWER)).hasValue(1);
        assertThat(reader.offsetByTime(begin + 10_001, Boundary.LOWER)).hasValue(2);
        assertThat(reader.offsetByTime(begin + 15_000, Boundary.UPPER)).hasValue(1);
        assertThat(reader.offsetByTime(begin + 25_000, Boundary.UPPER)).hasValue(2);
        assertThat(reader.offsetByTime(begin + 5_000, Boundary.UPPER)).hasValue(0);
        assertThat(reader.offsetByTime(begin - 5_000, Boundary.UPPER)).hasValue(0);
    }

    @Test
    void theLogIsHeldUntilItsRecordsAreCompacted() throws Exception {
        SegmentCleanupHook hook = context.register().only(SegmentCleanupHook.class);
        SegmentRef segment = new SegmentRef(Path.of("0"), 0, 1 << 20, SegmentRef.State.SEALED, 0);
        assertThat(hook.beforeDelete(segment, DeleteCause.EXPIRED).isHeld()).isFalse();
        put("a", "1");
        assertThat(hook.beforeDelete(segment, DeleteCause.EXPIRED).reason()).contains("not open");
        open();
        assertThat(hook.beforeDelete(segment, DeleteCause.EXPIRED).reason()).contains("not compacted");
        compactAll();
        assertThat(hook.beforeDelete(segment, DeleteCause.EXPIRED).isHeld()).isFalse();
    }

    @Test
    void aTopicMadeAnewStartsEmptyAndTheOldDataGoesToTheTrash() throws Exception {
        put("a", "1");
        open();
        compactAll();
        reader.close();
        context.topics().put(compacted("table", new UUID(2, 2)));
        open();
        assertThat(reader.nextOffsetFloor()).isZero();
        assertThat(context.dataDir().resolve("trash"))
                .isDirectoryContaining(path -> path.toString().contains("table-0-"));
        pass(Duration.ofHours(1));
        assertThat(context.dataDir().resolve("trash")).isNotEmptyDirectory();
        pass(Duration.ofHours(24));
        assertThat(context.dataDir().resolve("trash")).isEmptyDirectory();
    }

    @Test
    void verifySaysThatAllIsSound() throws Exception {
        put("a", "1");
        put("a", "2");
        open();
        compactAll();
        assertThat(command("verify", new QueueArgs("table", -1)).toString())
                .contains("sound")
                .contains("records=1");
        assertThatThrownBy(() -> command("verify", new QueueArgs("nope", -1))).hasMessageContaining("nope");
    }

    @Test
    void aStopNamesTheTopicsThatNeedThePlugin() throws Exception {
        put("a", "1");
        open();
        compactAll();
        assertThat(plugin.stop(StopReason.DISABLE, Duration.ofSeconds(5)).dependents())
                .containsExactly("topic table");
    }
}
