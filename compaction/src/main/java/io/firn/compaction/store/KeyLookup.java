package io.firn.compaction.store;

import io.firn.compaction.frame.FrameFault;
import io.firn.compaction.frame.FrameReader;
import io.firn.compaction.frame.KeyHash;
import io.firn.compaction.frame.RecordKey;
import io.firn.compaction.segment.CorruptFileException;
import io.firn.compaction.segment.Segment;
import java.util.OptionalLong;

/** Finds the latest record of a key among compacted records. A flyweight of one thread. */
public final class KeyLookup {

    private final RecordKey recordKey;
    private final KeyHash hash;
    private final FrameReader frame = new FrameReader();

    /** For one queue. */
    public KeyLookup(Manifest manifest) {
        this.recordKey = new RecordKey(manifest.queue().keyProperty());
        this.hash = new KeyHash(manifest.lineage().seed0(), manifest.lineage().seed1());
    }

    /** Queue offset of the live record with exactly this key; it may be a tombstone. */
    public OptionalLong find(View view, byte[] key) throws CorruptFileException {
        hash.hash(key, 0, key.length);
        for (int i = view.segments().size() - 1; i >= 0; i--) {
            Segment segment = view.segments().get(i);
            int ordinal = segment.keys().find(hash.high(), hash.low());
            if (ordinal >= 0) {
                return segment.isLive(ordinal) && hasKey(segment, ordinal, key)
                        ? OptionalLong.of(segment.index().offset(ordinal))
                        : OptionalLong.empty();
            }
        }
        return OptionalLong.empty();
    }

    private boolean hasKey(Segment segment, int ordinal, byte[] key) throws CorruptFileException {
        View.checkRecord(segment, ordinal);
        long at = segment.index().position(ordinal);
        FrameFault fault = frame.read(segment.log(), at);
        if (fault != FrameFault.NONE) {
            throw new CorruptFileException(segment.logPath(), at, "the record " + fault.text());
        }
        recordKey.load(frame);
        return recordKey.isKey(key);
    }
}
