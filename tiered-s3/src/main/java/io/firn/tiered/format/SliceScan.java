package io.firn.tiered.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * One pass over a slice of the commit log: where each message is and which queue it belongs to, then the messages'
 * ordinals grouped by queue (a stable counting sort). 12 bytes of memory per message. Owned by the writer's thread.
 */
final class SliceScan {
    private final ByteBuffer log;
    private final long base;
    private final QueueTable table;
    private int[] positions = new int[1024];
    private int[] queueOf = new int[1024];
    private int count;
    private int tailAt;

    private SliceScan(ByteBuffer slice, long base, Predicate<String> included) {
        this.log = slice.slice().order(ByteOrder.BIG_ENDIAN);
        this.base = base;
        this.table = new QueueTable(log, included);
    }

    /**
     * Scans the remaining bytes of {@code slice}, which begins on a message at {@code base}.
     *
     * @throws FormatException a record is not where the one before ends
     */
    static SliceScan of(ByteBuffer slice, long base, Predicate<String> included) {
        SliceScan scan = new SliceScan(slice, base, included);
        scan.run();
        return scan;
    }

    private void run() {
        int at = 0;
        int end = log.limit();
        while (end - at >= 8 && RecordFields.magic(log, at) != RecordFields.MAGIC_FILLER) {
            if (!RecordFields.check(log, at, end - at) || RecordFields.position(log, at) != base + at) {
                throw new FormatException(
                        FormatException.Part.SLICE,
                        "no record at position " + (base + at) + "; cut the slice where a record ends");
            }
            add(at, table.ordinal(at));
            at += RecordFields.size(log, at);
        }
        tailAt = at;
    }

    private void add(int at, int queue) {
        if (count == positions.length) {
            positions = Arrays.copyOf(positions, count * 2);
            queueOf = Arrays.copyOf(queueOf, count * 2);
        }
        positions[count] = at;
        queueOf[count++] = queue;
    }

    ByteBuffer log() {
        return log;
    }

    QueueTable table() {
        return table;
    }

    int count() {
        return count;
    }

    int position(int message) {
        return positions[message];
    }

    int queueOf(int message) {
        return queueOf[message];
    }

    /** The bytes behind the last message. */
    ByteBuffer tail() {
        return log.slice(tailAt, log.limit() - tailAt);
    }

    /** Messages grouped by queue, in log order within each; {@code starts[q]..starts[q + 1]} are those of queue q. */
    int[] grouped(int[] starts) {
        for (int i = 0; i < count; i++) {
            starts[queueOf[i] + 1]++;
        }
        for (int q = 1; q < starts.length; q++) {
            starts[q] += starts[q - 1];
        }
        int[] next = starts.clone();
        int[] grouped = new int[count];
        for (int i = 0; i < count; i++) {
            grouped[next[queueOf[i]]++] = i;
        }
        return grouped;
    }
}
