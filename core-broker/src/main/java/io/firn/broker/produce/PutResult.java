package io.firn.broker.produce;

import io.firn.broker.record.EncodedRecords;
import io.firn.spi.put.PutOutcome;

/** What became of a message, for hooks. A flyweight; owner: one thread. */
final class PutResult implements PutOutcome {

    private static final long NOWHERE = -1;

    private Status status = Status.FAILED;
    private long position = NOWHERE;
    private long queueOffset = NOWHERE;

    PutResult notStored(Status why) {
        status = why;
        position = NOWHERE;
        queueOffset = NOWHERE;
        return this;
    }

    PutResult appended(EncodedRecords records, int index) {
        status = Status.APPENDED;
        position = records.positionOf(index);
        queueOffset = records.queueSlots() == 0 ? NOWHERE : records.queueOffset() + index;
        return this;
    }

    /** It has no place in its own queue yet. */
    PutResult putAside(EncodedRecords records) {
        status = Status.APPENDED;
        position = records.position();
        queueOffset = NOWHERE;
        return this;
    }

    @Override
    public Status status() {
        return status;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public long queueOffset() {
        return queueOffset;
    }
}
