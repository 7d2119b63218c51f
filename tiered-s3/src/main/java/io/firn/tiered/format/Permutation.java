package io.firn.tiered.format;

import java.util.Arrays;
import java.util.List;

/**
 * Section PERMUTATION: the messages of the slice in the order of the log. A varint 0 and a varint n: n bytes of messages
 * that are not in this object; a varint q + 1: the next message of queue q. Ends with the last message.
 */
final class Permutation {
    private Permutation() {}

    static VarintWriter encode(SliceScan scan, int[] order) {
        int[] rank = new int[scan.table().queues().size()];
        Arrays.fill(rank, -1);
        for (int i = 0; i < order.length; i++) {
            rank[order[i]] = i;
        }
        VarintWriter out = new VarintWriter();
        long foreign = 0;
        for (int m = 0; m < scan.count(); m++) {
            int queue = rank[scan.queueOf(m)];
            if (queue < 0) {
                foreign += RecordFields.size(scan.log(), scan.position(m));
                continue;
            }
            foreign = skip(out, foreign);
            out.unsigned(queue + 1L);
        }
        skip(out, foreign);
        return out;
    }

    private static long skip(VarintWriter out, long bytes) {
        if (bytes > 0) {
            out.unsigned(0);
            out.unsigned(bytes);
        }
        return 0;
    }

    /** The queue of each message of the object, in the order of the log. Fails unless the runs' counts are met. */
    static int[] decode(VarintReader in, List<QueueRun> runs, int messages) {
        int[] queues = new int[messages];
        int[] left = runs.stream().mapToInt(QueueRun::messages).toArray();
        int count = 0;
        while (in.remaining() > 0) {
            int code = in.unsigned(runs.size());
            if (code == 0) {
                in.unsigned();
            } else if (count == messages || --left[code - 1] < 0) {
                throw in.broken("more messages than queues have");
            } else {
                queues[count++] = code - 1;
            }
        }
        if (count != messages) {
            throw in.broken(count + " messages of " + messages);
        }
        return queues;
    }
}
