package io.firn.compaction.pass;

import io.firn.compaction.ListSource;
import io.firn.compaction.ManualClock;
import io.firn.compaction.Records;
import io.firn.compaction.disk.Disk;
import io.firn.compaction.segment.Segment;
import io.firn.compaction.segment.SegmentIndex;
import io.firn.compaction.store.CompactedQueue;
import io.firn.compaction.store.QueueName;
import io.firn.compaction.store.View;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

/** One queue with everything a pass needs, for tests. */
final class Bench implements AutoCloseable {

    static final QueueName NAME = new QueueName("table", 3, new UUID(1, 7), "KEYS");
    static final PassLimits SMALL = new PassLimits(16384, 8192, 4);

    final ManualClock clock = new ManualClock();
    final ListSource source;
    final Disk disk;
    final Path path;
    Tools tools;
    Policy policy = policy(Duration.ofHours(1), Duration.ofHours(2));
    GroupProgress groups = group -> Long.MAX_VALUE;
    CompactedQueue queue;
    private long position;

    Bench(Disk disk, Path path) throws IOException {
        this(disk, path, SMALL, 64 << 10);
    }

    Bench(Disk disk, Path path, PassLimits limits, long memory) throws IOException {
        this.disk = disk;
        this.path = path;
        this.source = new ListSource(0);
        this.tools = new Tools(new MemoryBudget(memory, 1), new IoBudget(1L << 50, System::nanoTime), clock, limits);
        open();
    }

    static Policy policy(Duration tombstones, Duration erase) {
        return new Policy(
                Duration.ZERO,
                Duration.ofMinutes(10),
                0.5,
                new Policy.Retention(tombstones, erase, Duration.ofMillis(-1), List.of()));
    }

    void open() throws IOException {
        queue = CompactedQueue.open(disk, path, NAME, new Random(5));
    }

    void reopen() throws IOException {
        queue.close();
        open();
    }

    long put(String key, String value) {
        return add(next().key(key).body(Records.utf8(value)));
    }

    long delete(String key) {
        return add(next().key(key).tombstone());
    }

    Records next() {
        return Records.record(source.endOffset()).storedAt(clock.millis()).at(position);
    }

    long add(Records record) {
        byte[] bytes = record.build();
        source.add(bytes);
        position += bytes.length;
        return source.endOffset() - 1;
    }

    PassOutcome run() {
        return new Pass(tools, queue, source, new PassOrder(policy, groups)).run();
    }

    PassCounts runDone() {
        PassOutcome outcome = run();
        if (outcome instanceof PassOutcome.Done done) {
            return done.counts();
        }
        throw new AssertionError("the pass ended with " + outcome);
    }

    /** Live records by offset, byte for byte. */
    Map<Long, byte[]> live() {
        View view = queue.acquire();
        try {
            return live(view);
        } finally {
            view.release();
        }
    }

    static Map<Long, byte[]> live(View view) {
        Map<Long, byte[]> found = new TreeMap<>();
        for (Segment segment : view.segments()) {
            SegmentIndex index = segment.index();
            for (int i = segment.nextLive(0); i < index.count(); i = segment.nextLive(i + 1)) {
                found.put(
                        index.offset(i),
                        segment.log().asSlice(index.position(i), index.size(i)).toArray(ValueLayout.JAVA_BYTE));
            }
        }
        return found;
    }

    @Override
    public void close() {
        queue.close();
    }
}
