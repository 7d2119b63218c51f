package io.firn.compaction.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.compaction.ManualClock;
import io.firn.compaction.disk.FaultyDisk;
import io.firn.compaction.pass.IoBudget;
import io.firn.compaction.pass.MemoryBudget;
import io.firn.compaction.pass.PassLimits;
import io.firn.compaction.pass.PassOutcome;
import io.firn.compaction.pass.Policy;
import io.firn.compaction.pass.Tools;
import io.firn.spi.fake.FakeFilter;
import io.firn.spi.fake.FakeGroups;
import io.firn.spi.fake.FakeLog;
import io.firn.spi.fake.FakeQueue;
import io.firn.spi.fake.FakeTopics;
import io.firn.spi.fake.FrameBuilder;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.message.FrameView;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.queue.ReadRequest;
import io.firn.spi.queue.ReadResult;
import io.firn.spi.topic.QueueRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A queue as a table: snapshots, the latest of a key, leases. */
final class TableTest {

    private static final QueueRef QUEUE = new QueueRef("table", 0);
    /** Tombstones go as soon as a pass may take them. */
    private static final Policy FORGETFUL = new Policy(
            Duration.ZERO,
            Duration.ofMinutes(10),
            0.5,
            new Policy.Retention(Duration.ZERO, Duration.ofDays(1), Duration.ofMillis(-1), List.of()));

    private final FakeLog log = new FakeLog(1 << 16);
    private final ManualClock clock = new ManualClock();
    private final Tools tools =
            new Tools(new MemoryBudget(1 << 20, 1), new IoBudget(1L << 40, System::nanoTime), clock, PassLimits.NORMAL);
    private final List<ByteBuffer> frames = new ArrayList<>();
    private HostedQueues queues;
    private HostedQueue queue;
    private QueueReader reader;
    private Leases leases;

    @BeforeEach
    void open() throws IOException {
        clock.set(io.firn.spi.fake.ManualClock.START.plus(Duration.ofHours(1)).toEpochMilli());
        Home home = new Home(new FaultyDisk(1), Path.of("home"), clock, new Random(1));
        queues = new HostedQueues(home, log, new FakeGroups(), QueueImport.NONE);
        reader = queues.open(
                QUEUE, FakeTopics.topic("table", 1), new TopicPolicy("KEYS", FORGETFUL), new FakeQueue(0, frames));
        queue = queues.find(QUEUE).orElseThrow();
        leases = new Leases(queues, clock);
    }

    @AfterEach
    void close() throws Exception {
        leases.revoke();
        reader.close();
        assertThat(log.open()).isZero();
    }

    private void put(String key, String body) {
        add(FrameBuilder.in(QUEUE).property("KEYS", key).body(body));
    }

    private void putIf(String key, String body, long condition) {
        add(FrameBuilder.in(QUEUE)
                .property("KEYS", key)
                .property("COMPACTION_IF_OFFSET", Long.toString(condition))
                .body(body));
    }

    private void add(FrameBuilder message) {
        message.offset(frames.size());
        long position = log.append(message);
        frames.add(message.position(position).build());
    }

    private void pass() {
        clock.advance(Duration.ofSeconds(1));
        assertThat(queue.runPass(tools)).isInstanceOf(PassOutcome.Done.class);
    }

    private List<String> snapshot() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        QueueTable.write(queue, out);
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private ReadResult read(long offset, String lease) {
        Map<String, String> fields = lease == null ? Map.of() : Map.of("firnLease", lease);
        return reader.read(new ReadRequest(offset, 32, 1 << 20, FakeFilter.all(), fields));
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

    @Test
    void aSnapshotHasEachKeyOnceAndEndsWithItsBarrier() throws IOException {
        put("a", "1");
        put("b", "1");
        put("c", "1");
        put("a", "2");
        pass();
        put("b", "2");
        put("c", "");
        put("d \"quoted\"", "1");
        put("d \"quoted\"", "2");

        List<String> lines = snapshot();

        assertThat(lines).hasSize(4);
        assertThat(lines.get(0))
                .startsWith("{\"queue\":0,\"offset\":3,\"key\":\"a\"")
                .endsWith("\"body\":\"Mg==\"}");
        assertThat(lines.get(1)).contains("\"offset\":4,\"key\":\"b\"");
        assertThat(lines.get(2)).contains("\"offset\":7,\"key\":\"d \\\"quoted\\\"\"");
        assertThat(lines.get(3)).isEqualTo("{\"queue\":0,\"barrier\":8,\"records\":3}");
        pass();
        assertThat(snapshot()).as("the same when all is compacted").isEqualTo(lines);
    }

    @Test
    void theLatestOfAKeyIsFoundInBothPartsAndNotWhenDeleted() throws IOException {
        put("a", "1");
        put("b", "1");
        pass();
        put("a", "2");

        assertThat(QueueTable.latest(queue, "a")).contains("\"offset\":2");
        assertThat(QueueTable.latest(queue, "b")).contains("\"offset\":1");
        assertThat(QueueTable.latest(queue, "x")).isNull();
        put("b", "");
        assertThat(QueueTable.latest(queue, "b")).isNull();
        pass();
        assertThat(QueueTable.latest(queue, "b")).isNull();
    }

    @Test
    void aConditionalWriteCountsAtOnceAsItWillAfterAPass() throws IOException {
        put("a", "1");
        put("b", "1");
        pass();
        putIf("a", "late", -1);
        putIf("a", "met", 0);
        putIf("a", "overtaken", 2);
        putIf("b", "", 1);
        putIf("c", "first", -1);
        putIf("c", "second", -1);

        List<String> lines = snapshot();

        assertThat(QueueTable.latest(queue, "a")).contains("\"offset\":3");
        assertThat(QueueTable.latest(queue, "b")).isNull();
        assertThat(QueueTable.latest(queue, "c")).contains("\"offset\":6");
        assertThat(lines).hasSize(3);
        pass();
        assertThat(snapshot()).as("the same when all is compacted").isEqualTo(lines);
        assertThat(QueueTable.latest(queue, "a")).contains("\"offset\":3");
        assertThat(offsets(read(0, null))).containsExactly(3L, 5L, 6L);
    }

    @Test
    void aLeasedGenerationIsReadWhilePassesGoOn() {
        put("a", "1");
        put("b", "1");
        pass();
        Leases.Lease lease = leases.open("table", Duration.ofMinutes(1));
        assertThat(lease.queues()).containsExactly(new Leases.LeasedQueue(0, 1, 2));
        put("a", "2");
        pass();

        assertThat(offsets(read(0, lease.id()))).containsExactly(0L, 1L);
        assertThat(offsets(read(2, lease.id())))
                .as("behind it, what is there now")
                .containsExactly(2L);
        assertThat(leases.close(lease.id())).isTrue();
        assertThat(leases.close(lease.id())).isFalse();
        assertThat(read(1, lease.id())).as("it has ended: start again").isEqualTo(new ReadResult.OutOfRange(1));
    }

    @Test
    void noTombstoneGoesWhileALeaseLasts() {
        put("a", "1");
        pass();
        Leases.Lease lease = leases.open("table", Duration.ofMinutes(1));
        put("a", "");
        pass();
        pass();
        assertThat(reader.minOffset()).as("the tombstone").isEqualTo(1);

        clock.advance(Duration.ofMinutes(2));
        leases.sweep();
        assertThat(leases.all()).isEmpty();
        assertThat(leases.renew(lease.id(), Duration.ofMinutes(1))).isNull();
        pass();
        assertThat(reader.minOffset()).isEqualTo(2);
    }

    @Test
    void leasesAreFewRenewedAndRevoked() {
        put("a", "1");
        pass();
        for (int i = 0; i < Leases.MOST; i++) {
            leases.open("table", Duration.ofMinutes(1));
        }
        assertThatThrownBy(() -> leases.open("table", Duration.ofMinutes(1))).hasMessageContaining("16 leases already");
        String id = leases.all().getFirst().id();
        long until = leases.all().getFirst().until();
        assertThat(leases.renew(id, Duration.ofMinutes(30)).until()).isGreaterThan(until);
        assertThat(leases.revoke()).isEqualTo(Leases.MOST);
        assertThatThrownBy(() -> leases.open("other", Duration.ofMinutes(1)))
                .hasMessageContaining("no open compacted queue of topic other");
        assertThatThrownBy(() -> leases.open("table", Duration.ofHours(2))).hasMessageContaining("1 to 3600 seconds");
        assertThat(leases.all()).isEmpty();
    }
}
