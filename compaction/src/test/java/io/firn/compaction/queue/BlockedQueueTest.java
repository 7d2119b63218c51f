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
import io.firn.compaction.store.CompactedQueue;
import io.firn.compaction.store.QueueName;
import io.firn.spi.fake.FakeLog;
import io.firn.spi.fake.FakeQueue;
import io.firn.spi.fake.FrameBuilder;
import io.firn.spi.read.BrokerReader;
import io.firn.spi.read.SegmentLease;
import io.firn.spi.topic.QueueRef;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A record of the log that cannot be read, in one of two queues. */
final class BlockedQueueTest {

    private final FakeLog log = new FakeLog(1 << 16);
    private final ManualClock clock = new ManualClock();
    private final FaultyDisk disk = new FaultyDisk(1);
    private final Tools tools =
            new Tools(new MemoryBudget(1 << 20, 1), new IoBudget(1L << 40, System::nanoTime), clock, PassLimits.NORMAL);
    private long damaged = -1;
    private HostedQueue bad;
    private HostedQueue good;

    @BeforeEach
    void open() throws IOException {
        clock.set(io.firn.spi.fake.ManualClock.START.plus(Duration.ofHours(1)).toEpochMilli());
        bad = queue("bad");
        good = queue("good");
        put("bad", "a");
        damaged = put("bad", "b");
        put("bad", "c");
        put("good", "a");
    }

    private long put(String topic, String key) {
        return log.append(
                FrameBuilder.in(new QueueRef(topic, 0)).property("KEYS", key).body("body"));
    }

    private HostedQueue queue(String topic) throws IOException {
        QueueRef ref = new QueueRef(topic, 0);
        QueueName name = new QueueName(topic, 0, new UUID(0, 0), "KEYS");
        CompactedQueue queue = CompactedQueue.open(disk, Path.of(topic), name, new Random(1));
        return new HostedQueue(
                ref,
                queue,
                new HostedQueue.Below(damaging(), new FakeQueue(0, List.of()), group -> 0),
                Policy.NORMAL,
                null);
    }

    /** The log, with one byte of one record changed whenever it is leased. */
    private BrokerReader damaging() {
        return proxy(BrokerReader.class, log, "lease", result -> {
            SegmentLease lease = (SegmentLease) result;
            return proxy(SegmentLease.class, lease, "bytes", bytes -> {
                ByteBuffer copy = ByteBuffer.allocate(((ByteBuffer) bytes).remaining());
                copy.put(((ByteBuffer) bytes).duplicate()).flip();
                if (damaged >= lease.from() && damaged < lease.to()) {
                    int at = (int) (damaged - lease.from());
                    copy.put(at + 4, (byte) ~copy.get(at + 4));
                }
                return copy;
            });
        });
    }

    private interface Change {
        Object of(Object result);
    }

    private static <T> T proxy(Class<T> type, T behind, String method, Change change) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, called, args) -> call(behind, called, args, method, change)));
    }

    private static Object call(Object behind, Method called, Object[] args, String method, Change change)
            throws Throwable {
        try {
            Object result = called.invoke(behind, args);
            return called.getName().equals(method) && result != null ? change.of(result) : result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Test
    void isBlockedByNameWhileOthersGoOn() {
        assertThat(bad.runPass(tools)).isInstanceOfSatisfying(PassOutcome.Blocked.class, blocked -> {
            assertThat(blocked.offset()).isEqualTo(1);
            assertThat(blocked.reason()).isEqualTo("the record at queue offset 1 does not start with a record's magic");
        });
        assertThat(bad.trouble().orElseThrow().kind()).isEqualTo(Trouble.Kind.BLOCKED);
        assertThat(bad.queue().manifest().cleanedTo())
                .as("what lies before is compacted")
                .isEqualTo(1);
        assertThat(good.runPass(tools)).isInstanceOf(PassOutcome.Done.class);
        assertThat(log.open()).isZero();
    }

    @Test
    void isTriedAgainAfterPausesThatGrow() {
        bad.runPass(tools);
        long first = bad.trouble().orElseThrow().retryAt() - clock.millis();
        assertThat(Urgency.deadline(bad, clock.millis())).isEqualTo(Long.MAX_VALUE);
        bad.runPass(tools);
        assertThat(bad.trouble().orElseThrow().retryAt() - clock.millis()).isEqualTo(2 * first);
        damaged = -1;
        assertThat(bad.runPass(tools)).isInstanceOf(PassOutcome.Done.class);
        assertThat(bad.trouble()).isEmpty();
        assertThat(bad.queue().manifest().cleanedTo()).isEqualTo(3);
    }

    @Test
    void goesOnBehindWhatAnOperatorGivesUpAndRemembersIt() throws IOException {
        bad.runPass(tools);
        assertThatThrownBy(() -> bad.skip(1, clock.millis())).hasMessageContaining("above 1");
        assertThatThrownBy(() -> bad.skip(4, clock.millis())).hasMessageContaining("at most 3");
        bad.skip(2, clock.millis());
        assertThat(bad.queue().manifest().holes()).hasSize(1);
        assertThat(bad.isAsked()).isTrue();
        assertThat(bad.runPass(tools)).isInstanceOf(PassOutcome.Done.class);
        assertThat(bad.queue().manifest().cleanedTo()).isEqualTo(3);
        assertThat(bad.queue().acquire().countLive(0, 3)).isEqualTo(2);
    }
}
