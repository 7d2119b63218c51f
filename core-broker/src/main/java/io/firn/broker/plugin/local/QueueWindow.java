package io.firn.broker.plugin.local;

import io.firn.broker.queue.LocalQueues;
import io.firn.broker.queue.OffsetRange;
import io.firn.broker.runtime.StorageException;
import io.firn.spi.read.DamagedStoreException;
import io.firn.spi.read.QueueEntryCursor;
import io.firn.spi.topic.QueueRef;

/**
 * Walks entries of a queue, copied some at a time, so that nothing is held between calls. Owner: the thread that opened
 * it.
 */
final class QueueWindow implements QueueEntryCursor {

    private static final int WINDOW = 1_024;

    private final LocalQueues local;
    private final QueueRef queue;
    private final long end;
    private final long[] offsets;
    private final long[] positions;
    private final int[] sizes;
    private final long[] tagsCodes;

    private long nextOffset;
    private int count;
    private int at = -1;

    /** Entries that are there of [from, to). */
    QueueWindow(LocalQueues local, QueueRef queue, long from, long to) {
        int window = Math.clamp(to - from, 1, WINDOW);
        this.local = local;
        this.queue = queue;
        this.end = to;
        this.nextOffset = Math.max(0, from);
        this.offsets = new long[window];
        this.positions = new long[window];
        this.sizes = new int[window];
        this.tagsCodes = new long[window];
    }

    @Override
    public boolean next() {
        at++;
        if (at >= count) {
            fill();
        }
        return at < count;
    }

    private void fill() {
        at = 0;
        count = 0;
        long stop = Math.min(end, local.maxOffset(queue.topic(), queue.queueId()));
        if (nextOffset >= stop) {
            return;
        }
        try {
            local.visit(queue.topic(), queue.queueId(), new OffsetRange(nextOffset, stop), this::add);
        } catch (StorageException e) {
            throw new DamagedStoreException("queue " + queue + ": " + e.getMessage(), nextOffset);
        }
        nextOffset = count < offsets.length ? stop : offsets[count - 1] + 1;
    }

    private boolean add(long offset, long position, int size, long tagsCode) {
        offsets[count] = offset;
        positions[count] = position;
        sizes[count] = size;
        tagsCodes[count] = tagsCode;
        count++;
        return count < offsets.length;
    }

    private int current() {
        if (at < 0 || at >= count) {
            throw new IllegalStateException("next() was not called or gave false");
        }
        return at;
    }

    @Override
    public long offset() {
        return offsets[current()];
    }

    @Override
    public long position() {
        return positions[current()];
    }

    @Override
    public int bytes() {
        return sizes[current()];
    }

    @Override
    public long tagsCode() {
        return tagsCodes[current()];
    }

    @Override
    public void close() {
        at = 0;
        count = 0;
        nextOffset = end;
    }
}
