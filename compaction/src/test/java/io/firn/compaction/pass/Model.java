package io.firn.compaction.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.compaction.Records;
import io.firn.compaction.disk.FaultyDisk;
import io.firn.compaction.disk.PowerCut;
import io.firn.compaction.segment.SegmentMeta;
import io.firn.compaction.store.FrameFilter;
import io.firn.compaction.store.KeyLookup;
import io.firn.compaction.store.Manifest;
import io.firn.compaction.store.ReadLimits;
import io.firn.compaction.store.ReadOutcome;
import io.firn.compaction.store.View;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A queue and an oracle beside it: sorted maps that do what compaction promises, in the simplest way. Every pass, crash and
 * restart is followed by a comparison of all live records, byte for byte.
 */
final class Model implements AutoCloseable {

    private static final Duration RETENTION = Duration.ofHours(1);
    private static final Duration ERASE = Duration.ofHours(2);
    private static final Duration EXPIRE = Duration.ofHours(12);

    private final Random random;
    private final FaultyDisk disk;
    private final Bench bench;
    private final int keys;
    /** Every record of the log that is not forgotten yet, by offset. */
    private final TreeMap<Long, Entry> log = new TreeMap<>();
    /** What has to be readable below {@code cleanedTo}. */
    private final TreeMap<Long, Entry> live = new TreeMap<>();

    private final Map<String, Long> latest = new HashMap<>();
    private final List<Lease> leases = new ArrayList<>();
    private long cleanedTo;
    private long time;
    long crashes;
    long failures;
    long passes;

    private record Entry(String key, boolean tombstone, long condition, byte[] bytes, long storeTime, long dedupedAt) {
        Entry at(long now) {
            return new Entry(key, tombstone, condition, bytes, storeTime, now);
        }
    }

    private record Lease(View view, Map<Long, byte[]> content) {}

    Model(long seed, int keys) throws IOException {
        this.random = new Random(seed);
        this.keys = keys;
        this.disk = new FaultyDisk(seed);
        this.bench = new Bench(disk, Path.of("store", "table", "3"));
        bench.policy = new Policy(
                Duration.ZERO, Duration.ofMinutes(10), 0.5, new Policy.Retention(RETENTION, ERASE, EXPIRE, List.of()));
    }

    void step() throws IOException {
        int dice = random.nextInt(1000);
        if (dice < 600) {
            append(1 + random.nextInt(8));
        } else if (dice < 601) {
            append(2000);
        } else if (dice < 720) {
            bench.clock.advance(Duration.ofSeconds(random.nextInt(1200)));
        } else if (dice < 820) {
            pass();
        } else if (dice < 850) {
            crashingPass();
        } else if (dice < 880) {
            failingPass();
        } else if (dice < 900) {
            reopen();
        } else if (dice < 950) {
            readSomewhere();
        } else if (dice < 980) {
            trim();
        } else {
            leaseOrRelease();
        }
    }

    void append(int count) {
        for (int i = 0; i < count; i++) {
            boolean keyless = random.nextInt(20) == 0;
            String key = keyless ? null : "key-" + (count > 100 ? random.nextInt(100_000) : random.nextInt(keys));
            boolean tombstone = random.nextInt(7) == 0;
            byte[] body = new byte[random.nextInt(random.nextInt(50) == 0 ? 5000 : 200) + 1];
            random.nextBytes(body);
            Records record = bench.next().body(tombstone && random.nextBoolean() ? new byte[0] : body);
            if (!keyless) {
                record.key(key);
            }
            if (tombstone) {
                record.tombstone();
            }
            long condition = Long.MAX_VALUE;
            if (random.nextInt(6) == 0) {
                // from "there must be none" to "as of just now"
                condition = Math.max(-1, bench.source.endOffset() - random.nextInt(1 + random.nextInt(200)));
                record.property("COMPACTION_IF_OFFSET", Long.toString(condition));
            }
            long offset = bench.add(record);
            log.put(offset, new Entry(key, tombstone, condition, bench.source.get(offset), bench.clock.millis(), 0));
        }
    }

    /** A pass that ends, and a second one that has nothing left to do but what the first made due. */
    void pass() throws IOException {
        passes++;
        bench.runDone();
        observe();
        bench.runDone();
        observe();
        assertThat(cleanedTo).isEqualTo(bench.source.endOffset());
        removeDue();
        compareExactly();
        checkFiles();
    }

    void crashingPass() throws IOException {
        disk.cutPowerAfter(random.nextInt(60));
        try {
            bench.run();
            disk.cutPowerAfter(Long.MAX_VALUE);
            observe();
        } catch (PowerCut e) {
            assertThat(disk.isDark()).isTrue();
            crashes++;
            forgetLeases();
            disk.restart();
            bench.open();
            observe();
        }
        compareLoosely();
    }

    private void failingPass() throws IOException {
        disk.failStep(disk.steps() + 1 + random.nextInt(40));
        if (bench.run() instanceof PassOutcome.Failed) {
            failures++;
        }
        disk.failStep(Long.MAX_VALUE);
        // a commit that may have happened counts from now on: the next pass, at the same time, finds out
        bench.runDone();
        observe();
        compareLoosely();
    }

    void reopen() throws IOException {
        bench.queue.discardAttempt();
        bench.queue.reloadIfUncertain();
        bench.reopen();
        observe();
        compareLoosely();
    }

    /** Takes over how far the queue says it is: never back. */
    private void observe() {
        Manifest manifest = bench.queue.manifest();
        long reached = Math.max(0, manifest.cleanedTo());
        assertThat(reached).as("what was committed is never lost").isGreaterThanOrEqualTo(cleanedTo);
        time = Math.max(time, Math.max(bench.clock.millis(), manifest.lineage().createdAt()));
        for (long offset = cleanedTo; offset < reached; offset++) {
            Entry entry = log.get(offset).at(time);
            if (entry.key() == null) {
                live.put(offset, entry);
            } else if (lastOffset(entry.key()) <= entry.condition()) {
                live.put(offset, entry);
                Long before = latest.put(entry.key(), offset);
                if (before != null) {
                    live.remove(before);
                }
            }
        }
        cleanedTo = reached;
    }

    /** Where a key was written last, -1 when it never was or that is over. */
    private long lastOffset(String key) {
        Long offset = latest.get(key);
        return offset == null || isDue(live.get(offset)) ? -1 : offset;
    }

    private boolean isDue(Entry entry) {
        return (entry.tombstone() && time >= entry.dedupedAt() + RETENTION.toMillis())
                || entry.storeTime() < time - EXPIRE.toMillis();
    }

    private void removeDue() {
        live.values().removeIf(this::isDue);
        latest.values().removeIf(offset -> !live.containsKey(offset));
    }

    private void compareExactly() {
        Set<Long> tooMany = new TreeSet<>(bench.live().keySet());
        tooMany.removeAll(live.keySet());
        assertThat(tooMany)
                .as(() -> "not dropped: " + log.get(tooMany.iterator().next()) + " at " + time)
                .isEmpty();
        compareLoosely();
    }

    /** After a pass that did not end: what is due may be there or not, all else must be as it should. */
    private void compareLoosely() {
        Map<Long, byte[]> found = bench.live();
        for (Map.Entry<Long, byte[]> record : found.entrySet()) {
            Entry wanted = live.get(record.getKey());
            assertThat(wanted).as("record " + record.getKey()).isNotNull();
            assertThat(Arrays.equals(record.getValue(), wanted.bytes())).isTrue();
        }
        live.entrySet().removeIf(entry -> {
            boolean gone = !found.containsKey(entry.getKey());
            assertThat(gone && !isDue(entry.getValue()))
                    .as(() -> "record " + entry.getKey() + " is lost: " + entry.getValue() + " at " + time)
                    .isFalse();
            return gone;
        });
        latest.values().removeIf(offset -> !live.containsKey(offset));
    }

    private void checkFiles() {
        long now = bench.clock.millis();
        for (SegmentMeta segment : bench.queue.manifest().segments()) {
            assertThat(segment.liveness().liveRecords()).isPositive();
            assertThat(segment.deadBytes()).isLessThan(segment.extent().logBytes() / 2 + 1);
            if (segment.liveness().deadSince() != Long.MAX_VALUE) {
                assertThat(segment.liveness().deadSince() + ERASE.toMillis()).isGreaterThan(now);
            }
        }
        assertThat(disk.list(bench.path)).noneMatch(name -> name.startsWith("x-"));
    }

    private void readSomewhere() throws IOException {
        View view = bench.queue.acquire();
        try {
            if (cleanedTo == 0) {
                return;
            }
            long from = random.nextLong(cleanedTo);
            Long first = live.ceilingKey(from);
            assertThat(view.firstLive(from)).isEqualTo(first == null ? cleanedTo : first);
            assertThat(view.countLive(from, cleanedTo))
                    .isEqualTo(live.tailMap(from).size());
            int most = 1 + random.nextInt(10);
            ReadOutcome outcome = view.read(new ReadLimits(from, most, 2000, 1000), FrameFilter.ALL);
            switch (outcome) {
                case ReadOutcome.Nothing nothing -> {
                    assertThat(first).isNull();
                    assertThat(nothing.nextOffset()).isEqualTo(cleanedTo);
                }
                case ReadOutcome.Found found -> compareRead(found, from, most);
            }
            lookUp(view);
        } finally {
            view.release();
        }
    }

    private void compareRead(ReadOutcome.Found found, long from, int most) {
        assertThat(found.records()).isBetween(1, most);
        long offset = from - 1;
        int count = 0;
        for (MemorySegment run : found.runs()) {
            byte[] bytes = run.toArray(ValueLayout.JAVA_BYTE);
            for (int at = 0; at < bytes.length; count++) {
                offset = live.higherKey(offset);
                byte[] wanted = live.get(offset).bytes();
                assertThat(Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length))
                        .isTrue();
                at += wanted.length;
            }
        }
        assertThat(count).isEqualTo(found.records());
        assertThat(found.nextOffset()).isEqualTo(offset + 1);
    }

    private void lookUp(View view) throws IOException {
        String key = "key-" + random.nextInt(keys);
        OptionalLong found = new KeyLookup(view.manifest()).find(view, Records.utf8(key));
        Long wanted = latest.get(key);
        if (wanted == null) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).hasValue(wanted);
        }
    }

    private void trim() {
        bench.source.trimTo(cleanedTo == 0 ? 0 : random.nextLong(cleanedTo + 1));
        log.headMap(cleanedTo).clear();
    }

    private void leaseOrRelease() {
        if (leases.size() < 3 && random.nextBoolean()) {
            View view = bench.queue.acquire();
            leases.add(new Lease(view, Bench.live(view)));
        } else if (!leases.isEmpty()) {
            Lease lease = leases.remove(random.nextInt(leases.size()));
            Map<Long, byte[]> now = Bench.live(lease.view());
            assertThat(now.keySet()).isEqualTo(lease.content().keySet());
            now.forEach((offset, bytes) -> assertThat(
                            Arrays.equals(bytes, lease.content().get(offset)))
                    .isTrue());
            lease.view().release();
        }
    }

    private void forgetLeases() {
        leases.clear();
    }

    FaultyDisk disk() {
        return disk;
    }

    Bench bench() {
        return bench;
    }

    /** Runs one pass with the power going after so many steps of the disk; false when it needed fewer. */
    boolean crashAt(int steps) throws IOException {
        disk.cutPowerAfter(steps);
        try {
            bench.run();
            disk.cutPowerAfter(Long.MAX_VALUE);
            observe();
            return false;
        } catch (PowerCut e) {
            disk.restart();
            bench.open();
            observe();
            compareLoosely();
            return true;
        }
    }

    @Override
    public void close() {
        for (Lease lease : leases) {
            lease.view().release();
        }
        bench.close();
    }
}
