package io.firn.compaction.pass;

import static io.firn.compaction.pass.SortedKeys.ENTRY_BYTES;

import io.firn.compaction.disk.InputFile;
import io.firn.compaction.segment.Bits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the latest record of each key of a window. In a table as long as the keys fit; then they go to files by the first bits
 * of their hash, each written once and read once, and the table takes one file at a time. Bits of the window are set for the
 * winners. One thread; closed when the pass is done with the keys.
 */
final class WinnerKeys implements AutoCloseable {

    private static final int LEAST_BUFFER_ENTRIES = 16;
    /** How full a table is planned to be when it takes the keys of one file. */
    private static final double PARTITION_LOAD = 0.6;

    private final OlderKeys older;
    private final Scratch scratch;
    private final PassPlan plan;
    private final KeyTable table;
    private final Bits winners;
    private final long from;
    private final List<SpillFile> partitions = new ArrayList<>();
    private int partitionBits;
    private @Nullable InputFile sorted;
    private long spilled;
    private long unmet;

    /** For a window that starts at {@code from}; winners are marked in {@code winners}. */
    WinnerKeys(Scratch scratch, PassPlan plan, Bits winners, long from, OlderKeys older) {
        this.older = older;
        this.scratch = scratch;
        this.plan = plan;
        this.table = new KeyTable(scratch.arena().allocate(plan.tableBytes(), Long.BYTES));
        this.winners = winners;
        this.from = from;
    }

    /** The next record has a key with this hash; offsets come in ascending order. */
    void put(long high, long low, long offset) throws IOException {
        if (!partitions.isEmpty()) {
            spill(high, low, offset);
            return;
        }
        long before = table.put(high, low, offset);
        if (before == KeyTable.FULL) {
            startSpill();
            spill(high, low, offset);
        } else {
            mark(before, offset);
        }
    }

    /** The next record only counts when the latest one of its key is at {@code condition} or before. */
    void putIf(long high, long low, long offset, long condition) throws IOException {
        if (!partitions.isEmpty()) {
            spilled += 2;
            partitions.get(partition(high)).append(high, low, offset, condition);
        } else if (isMet(high, low, condition)) {
            put(high, low, offset);
        }
    }

    private boolean isMet(long high, long low, long condition) {
        long here = table.get(high, low);
        long latest = here == KeyTable.ABSENT ? older.latest(high, low) : here;
        if (latest > condition) {
            unmet++;
            return false;
        }
        return true;
    }

    /** A record without a key is never dropped silently: it wins. */
    void keepKeyless(long offset) {
        winners.set(offset - from);
    }

    private void mark(long before, long offset) {
        winners.set(offset - from);
        if (before >= 0) {
            winners.clearAt(before - from);
        }
    }

    private void startSpill() throws IOException {
        double perFile = table.limit() * PARTITION_LOAD;
        long wanted = Math.max(2, (long) Math.ceil(plan.records() / perFile));
        partitionBits = Long.SIZE - Long.numberOfLeadingZeros(wanted - 1);
        int files = 1 << partitionBits;
        long entries = Math.max(LEAST_BUFFER_ENTRIES, plan.spillBytes() / files / ENTRY_BYTES);
        for (int i = 0; i < files; i++) {
            partitions.add(SpillFile.create(
                    scratch.disk(), scratch.file("spill-" + i), scratch.buffer(entries * ENTRY_BYTES)));
        }
        SortedKeys soFar = table.sort();
        for (long i = 0; i < soFar.count(); i++) {
            spill(soFar.high(i), soFar.low(i), soFar.offset(i));
        }
    }

    private void spill(long high, long low, long offset) throws IOException {
        spilled++;
        partitions.get(partition(high)).append(high, low, offset);
    }

    private int partition(long high) {
        return (int) (high >>> -partitionBits);
    }

    /** All keys with the offsets of their winners; valid until this is closed. */
    SortedKeys finish() throws IOException {
        if (partitions.isEmpty()) {
            return table.sort();
        }
        try (SpillFile all = SpillFile.create(scratch.disk(), scratch.file("sorted"), scratch.buffer(ENTRY_BYTES))) {
            for (SpillFile partition : partitions) {
                all.append(resolve(partition));
            }
            sorted = all.finish();
            all.delete();
            return SpillFile.entries(sorted);
        }
    }

    private SortedKeys resolve(SpillFile partition) throws IOException {
        try (InputFile file = partition.finish()) {
            SortedKeys entries = SpillFile.entries(file);
            table.reset(partitionBits);
            for (long i = 0; i < entries.count(); i++) {
                long high = entries.high(i);
                long low = entries.low(i);
                long offset = entries.offset(i);
                boolean counts = true;
                if (entries.isConditional(i)) {
                    i++;
                    counts = isMet(high, low, entries.high(i));
                }
                if (counts) {
                    resolve(high, low, offset);
                }
            }
        }
        partition.delete();
        return table.sort();
    }

    private void resolve(long high, long low, long offset) {
        long before = table.put(high, low, offset);
        if (before == KeyTable.FULL) {
            throw new IllegalStateException("a part of the keys has more of them than planned");
        }
        mark(before, offset);
    }

    /** Conditional records that do not count; known after {@link #finish()}. */
    long unmet() {
        return unmet;
    }

    /** Bytes written to temporary files. */
    long spilledBytes() {
        return spilled * ENTRY_BYTES;
    }

    @Override
    public void close() throws IOException {
        if (sorted != null) {
            sorted.close();
        }
        for (SpillFile partition : partitions) {
            partition.close();
        }
    }
}
