package io.firn.tiered.format;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** Finds a record's queue by topic bytes, queue id and kind without allocating, once a queue is known. One thread. */
final class QueueTable {
    /** A queue of the slice. {@code sample} is the place of one of its records, for comparing topics. */
    record Queue(String topic, int queueId, QueueRun.Kind kind, boolean included, int sample, int hash) {}

    private final ByteBuffer log;
    private final Predicate<String> included;
    private final List<Queue> queues = new ArrayList<>();
    private int[] slots = new int[256];

    QueueTable(ByteBuffer log, Predicate<String> included) {
        this.log = log;
        this.included = included;
    }

    List<Queue> queues() {
        return queues;
    }

    /** The ordinal of this record's queue, in order of first sight. */
    int ordinal(int at) {
        int topicAt = RecordFields.topicAt(log, at);
        int topicEnd = topicAt + RecordFields.topicBytes(log, at);
        int queueId = RecordFields.queueId(log, at);
        boolean unqueued = RecordFields.isUnqueued(log, at);
        int hash = byteHash(topicAt, topicEnd) * 31 + queueId * 2 + (unqueued ? 1 : 0);
        int slot = spread(hash);
        while (slots[slot] != 0) {
            Queue queue = queues.get(slots[slot] - 1);
            if (queue.hash == hash
                    && queue.queueId == queueId
                    && unqueued == (queue.kind == QueueRun.Kind.UNQUEUED)
                    && sameTopic(queue.sample, topicAt, topicEnd)) {
                return slots[slot] - 1;
            }
            slot = slot + 1 & slots.length - 1;
        }
        return add(at, queueId, unqueued, hash);
    }

    private int add(int at, int queueId, boolean unqueued, int hash) {
        String topic = RecordFields.topic(log, at);
        QueueRun.Kind kind = unqueued ? QueueRun.Kind.UNQUEUED : QueueRun.Kind.QUEUED;
        queues.add(new Queue(topic, queueId, kind, included.test(topic), at, hash));
        if (queues.size() * 2 > slots.length) {
            slots = new int[slots.length * 4];
            for (int i = 0; i < queues.size(); i++) {
                place(i);
            }
        } else {
            place(queues.size() - 1);
        }
        return queues.size() - 1;
    }

    private void place(int ordinal) {
        int slot = spread(queues.get(ordinal).hash);
        while (slots[slot] != 0) {
            slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = ordinal + 1;
    }

    private int spread(int hash) {
        return (hash * 0x9E3779B1 >>> 8) & slots.length - 1;
    }

    private int byteHash(int from, int end) {
        int hash = 1;
        for (int p = from; p < end; p++) {
            hash = 31 * hash + log.get(p);
        }
        return hash;
    }

    private boolean sameTopic(int sample, int from, int end) {
        int other = RecordFields.topicAt(log, sample);
        if (RecordFields.topicBytes(log, sample) != end - from) {
            return false;
        }
        for (int p = from; p < end; p++, other++) {
            if (log.get(p) != log.get(other)) {
                return false;
            }
        }
        return true;
    }

    /** Ordinals of the included queues in the order of an object: topic, queue id, kind. */
    int[] sortedOrdinals() {
        Integer[] order = new Integer[queues.size()];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> compare(queues.get(a), queues.get(b)));
        return Arrays.stream(order)
                .filter(i -> queues.get(i).included)
                .mapToInt(i -> i)
                .toArray();
    }

    private static int compare(Queue a, Queue b) {
        int byTopic = a.topic.compareTo(b.topic);
        int byId = Integer.compare(a.queueId, b.queueId);
        return byTopic != 0 ? byTopic : byId != 0 ? byId : a.kind.compareTo(b.kind);
    }
}
