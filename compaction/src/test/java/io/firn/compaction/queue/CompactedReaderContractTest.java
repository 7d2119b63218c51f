package io.firn.compaction.queue;

import io.firn.compaction.ListSource;
import io.firn.compaction.ManualClock;
import io.firn.compaction.disk.FaultyDisk;
import io.firn.compaction.pass.IoBudget;
import io.firn.compaction.pass.MemoryBudget;
import io.firn.compaction.pass.Pass;
import io.firn.compaction.pass.PassLimits;
import io.firn.compaction.pass.PassOrder;
import io.firn.compaction.pass.PassOutcome;
import io.firn.compaction.pass.Policy;
import io.firn.compaction.pass.Tools;
import io.firn.compaction.store.CompactedQueue;
import io.firn.compaction.store.QueueName;
import io.firn.spi.fake.FakeLog;
import io.firn.spi.fake.FakeQueue;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.tck.QueueReaderContract;
import io.firn.spi.topic.QueueRef;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Nested;

/** The reader's contract with nothing compacted, a part, and all. */
final class CompactedReaderContractTest {

    @Nested
    final class NothingCompacted extends QueueReaderContract {
        @Override
        protected QueueReader open(QueueRef queue, QueueReader opened) throws Exception {
            return compacted(queue, (FakeQueue) opened, 0);
        }
    }

    @Nested
    final class AThirdCompacted extends QueueReaderContract {
        @Override
        protected QueueReader open(QueueRef queue, QueueReader opened) throws Exception {
            return compacted(queue, (FakeQueue) opened, 11);
        }
    }

    @Nested
    final class AllCompacted extends QueueReaderContract {
        @Override
        protected QueueReader open(QueueRef queue, QueueReader opened) throws Exception {
            return compacted(queue, (FakeQueue) opened, 30);
        }
    }

    /** A reader whose first records are compacted. */
    private static QueueReader compacted(QueueRef ref, FakeQueue base, int records) throws Exception {
        ListSource source = new ListSource(0);
        for (int i = 0; i < records; i++) {
            ByteBuffer frame = base.frame(i);
            byte[] bytes = new byte[frame.remaining()];
            frame.get(frame.position(), bytes);
            source.add(bytes);
        }
        QueueName name = new QueueName(ref.topic(), ref.queueId(), new UUID(0, 0), "KEYS");
        CompactedQueue queue = CompactedQueue.open(new FaultyDisk(1), Path.of("q"), name, new Random(1));
        HostedQueue hosted = new HostedQueue(
                ref, queue, new HostedQueue.Below(new FakeLog(1 << 10), base, group -> 0), Policy.NORMAL, null);
        ManualClock clock = new ManualClock();
        clock.set(io.firn.spi.fake.ManualClock.START.plus(Duration.ofMinutes(1)).toEpochMilli());
        Tools tools = new Tools(
                new MemoryBudget(1 << 20, 1), new IoBudget(1L << 40, System::nanoTime), clock, PassLimits.NORMAL);
        Pass pass = new Pass(tools, queue, source, new PassOrder(Policy.NORMAL, group -> 0));
        if (!(pass.run() instanceof PassOutcome.Done)) {
            throw new AssertionError("the pass did not end well");
        }
        return new CompactedReader(hosted, base, () -> {});
    }
}
