package io.firn.tiered.cold;

import io.firn.tiered.format.FrameTable;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames of one object that one request fetches. Frames lie one behind the other; those between the wanted ones are
 * fetched along and dropped when it saves a request.
 *
 * @param frames ordinals, rising
 * @param offset where the first begins in the object
 * @param length bytes of the object
 * @param rawBytes of the frames, unpacked
 */
record FetchRange(List<Integer> frames, long offset, int length, long rawBytes) {
    static final int MOST_BYTES = 8 << 20;
    private static final int GAP_BYTES = 128 << 10;
    private static final long MOST_RAW_BYTES = 32L << 20;

    /** No request of several frames takes more of a budget than this part of it: others go on beside it. */
    private static final int SHARE = 4;

    FetchRange {
        frames = List.copyOf(frames);
    }

    /** Memory that fetching takes. */
    long memory() {
        return length + rawBytes;
    }

    /** The requests for these frames, which rise, when fetches may have so much memory. */
    static List<FetchRange> plan(FrameTable table, List<Integer> frames, long budgetBytes) {
        long mostRaw = Math.min(MOST_RAW_BYTES, budgetBytes / SHARE);
        List<FetchRange> ranges = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= frames.size(); i++) {
            if (i == frames.size() || !joins(table, frames.subList(from, i), frames.get(i), mostRaw)) {
                ranges.add(of(table, frames.subList(from, i)));
                from = i;
            }
        }
        return frames.isEmpty() ? List.of() : ranges;
    }

    private static boolean joins(FrameTable table, List<Integer> range, int next, long mostRaw) {
        int last = range.getLast();
        long gap = table.offset(next) - table.offset(last) - table.storedBytes(last);
        FetchRange joined = of(table, List.of(range.getFirst(), next));
        long raw = table.rawBytes(next);
        for (int frame : range) {
            raw += table.rawBytes(frame);
        }
        return gap <= GAP_BYTES && joined.length <= MOST_BYTES && raw <= mostRaw;
    }

    private static FetchRange of(FrameTable table, List<Integer> frames) {
        long offset = table.offset(frames.getFirst());
        long end = table.offset(frames.getLast()) + table.storedBytes(frames.getLast());
        long raw = 0;
        for (int frame : frames) {
            raw += table.rawBytes(frame);
        }
        return new FetchRange(frames, offset, (int) Math.min(Integer.MAX_VALUE, end - offset), raw);
    }
}
