package io.firn.broker.transaction;

import io.firn.broker.produce.SendRewrite;
import io.firn.broker.record.EncodedRecords;
import io.firn.broker.record.SysFlag;
import io.firn.broker.topic.TopicName;
import io.firn.spi.put.PutOrigin;
import java.time.Duration;

/**
 * Where the first half of a transaction waits for the second.
 *
 * @param immunity how long its producer is let alone
 * @param stored told where it went
 */
record HalfShelf(Duration immunity, Stored stored) implements SendRewrite.Shelf {

    /** Takes a half message that is in the log now. */
    @FunctionalInterface
    interface Stored {
        void at(long offset, long position, Duration immunity);
    }

    @Override
    public String topic() {
        return TopicName.TRANSACTION_HALF;
    }

    @Override
    public int queueId() {
        return 0;
    }

    /** Without the bits of a transaction it has a place in the half queue. */
    @Override
    public int sysFlag(int own) {
        return SysFlag.withTransaction(own, SysFlag.TRANSACTION_NONE);
    }

    @Override
    public PutOrigin origin(PutOrigin own) {
        return PutOrigin.TRANSACTION_HALF;
    }

    @Override
    public void stored(EncodedRecords records) {
        stored.at(records.queueOffset(), records.position(), immunity);
    }
}
