package io.firn.compaction.queue;

import io.firn.compaction.frame.FrameFault;
import io.firn.compaction.frame.FrameReader;
import io.firn.compaction.frame.KeyHash;
import io.firn.compaction.frame.RecordKey;
import io.firn.compaction.segment.CorruptFileException;
import io.firn.compaction.segment.Segment;
import io.firn.compaction.segment.SegmentIndex;
import io.firn.compaction.store.Lineage;
import io.firn.compaction.store.View;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads everything a queue has and computes it anew: checksums of files and bodies, offsets, the hash of each key, that a key is
 * alive once. On the thread of a command; reads beside passes and readers.
 */
public final class Verification {

    private final View view;
    private final FrameReader frame = new FrameReader();
    private final RecordKey key;
    private final KeyHash hash;
    /** Only for segments of one queue at a time, and only while an operator waits. */
    private final Map<HashPair, Long> seen = new HashMap<>();

    private record HashPair(long high, long low) {}

    private final KeysElsewhere elsewhere;
    private final int queue;

    private Verification(View view, KeysElsewhere elsewhere, int queue) {
        this.elsewhere = elsewhere;
        this.queue = queue;
        Lineage lineage = view.manifest().lineage();
        this.view = view;
        this.key = new RecordKey(view.manifest().queue().keyProperty());
        this.hash = new KeyHash(lineage.seed0(), lineage.seed1());
    }

    /**
     * The number of live records; throws when something is not as it should be. Keys are noted in {@code elsewhere}, which is
     * for one topic.
     */
    public static long run(HostedQueue queue, KeysElsewhere elsewhere) throws CorruptFileException {
        View view = queue.queue().acquire();
        try {
            return new Verification(view, elsewhere, queue.ref().queueId()).check();
        } finally {
            view.release();
        }
    }

    private long check() throws CorruptFileException {
        long records = 0;
        for (Segment segment : view.segments()) {
            segment.verify();
            SegmentIndex index = segment.index();
            for (int i = segment.nextLive(0); i < index.count(); i = segment.nextLive(i + 1)) {
                check(segment, i);
                records++;
            }
        }
        return records;
    }

    private void check(Segment segment, int ordinal) throws CorruptFileException {
        SegmentIndex index = segment.index();
        long at = index.position(ordinal);
        long offset = index.offset(ordinal);
        FrameFault fault = frame.read(segment.log(), at, index.size(ordinal), offset);
        if (fault == FrameFault.NONE && !frame.bodyIsIntact()) {
            fault = FrameFault.BODY;
        }
        if (fault != FrameFault.NONE) {
            throw new CorruptFileException(
                    segment.logPath(), at, "the record of queue offset " + offset + " " + fault.text());
        }
        key.load(frame);
        if (!key.hashKey(hash)) {
            return;
        }
        if (segment.keys().find(hash.high(), hash.low()) != ordinal) {
            throw new CorruptFileException(
                    segment.logPath(), at, "the key of queue offset " + offset + " is not in the key file");
        }
        elsewhere.note(key, queue);
        Long other = seen.put(new HashPair(hash.high(), hash.low()), offset);
        if (other != null) {
            throw new CorruptFileException(
                    segment.logPath(), at, "queue offsets " + other + " and " + offset + " have the same key");
        }
    }
}
