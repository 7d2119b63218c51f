package io.firn.compaction.segment;

/**
 * What the index says of one record; filled again for each. Owned by the thread that copies.
 */
public final class SegmentRecord {
    long offset;
    long storeTime;
    long tagsCode;
    int size;
    boolean tombstone;

    /** Takes the numbers of the next record. */
    public void is(long queueOffset, int bytes, long storedAt, long tags) {
        offset = queueOffset;
        size = bytes;
        storeTime = storedAt;
        tagsCode = tags;
        tombstone = false;
    }

    /** Says that the record deletes its key. */
    public void isTombstone() {
        tombstone = true;
    }

    /** Queue offset of the record. */
    public long offset() {
        return offset;
    }

    /** When the broker stored it, ms. */
    public long storeTime() {
        return storeTime;
    }

    /** Whether it deletes its key. */
    public boolean tombstone() {
        return tombstone;
    }
}
