package io.firn.broker.group;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The offsets of one group in one topic. Reads and writes are for any thread; writing to a queue seen before allocates
 * nothing. Cells are never replaced, so a write is never lost while the array grows.
 */
final class QueueOffsets {

    /** No offset. */
    static final long NONE = -1;

    private static final int FIRST_LENGTH = 4;

    private volatile AtomicReferenceArray<@Nullable Cell> cells = new AtomicReferenceArray<>(FIRST_LENGTH);

    /** One queue: the committed offset, and one to which an operator wants the group moved until a pull took it. */
    static final class Cell {
        final AtomicLong committed = new AtomicLong(NONE);
        final AtomicLong reset = new AtomicLong(NONE);
    }

    /** The queue's cell, null when nothing was ever written. */
    @Nullable
    Cell find(int queueId) {
        AtomicReferenceArray<@Nullable Cell> array = cells;
        return queueId >= 0 && queueId < array.length() ? array.get(queueId) : null;
    }

    Cell findOrAdd(int queueId) {
        Cell cell = find(queueId);
        return cell != null ? cell : add(queueId);
    }

    private synchronized Cell add(int queueId) {
        AtomicReferenceArray<@Nullable Cell> array = cells;
        if (queueId >= array.length()) {
            AtomicReferenceArray<@Nullable Cell> larger =
                    new AtomicReferenceArray<>(Math.max(queueId + 1, array.length() * 2));
            for (int i = 0; i < array.length(); i++) {
                larger.set(i, array.get(i));
            }
            array = larger;
            cells = larger;
        }
        Cell cell = array.get(queueId);
        if (cell == null) {
            cell = new Cell();
            array.set(queueId, cell);
        }
        return cell;
    }

    /** Committed offsets by queue id, ascending. */
    Map<Integer, Long> toMap() {
        Map<Integer, Long> offsets = new TreeMap<>();
        AtomicReferenceArray<@Nullable Cell> array = cells;
        for (int i = 0; i < array.length(); i++) {
            Cell cell = array.get(i);
            if (cell != null && cell.committed.get() != NONE) {
                offsets.put(i, cell.committed.get());
            }
        }
        return offsets;
    }
}
