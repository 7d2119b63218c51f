package io.firn.broker.transaction;

import io.firn.broker.produce.SendRewrite;
import io.firn.broker.record.EncodedRecords;
import io.firn.broker.topic.TopicName;
import io.firn.spi.put.PutOrigin;
import java.time.Duration;

/**
 * Where the first half of a transaction goes.
 *
 * @param sysFlag without the bits of a transaction, so that it has a place in the half queue
 * @param immunity how long its producer is let alone
 * @param stored told where it went
 */
record HalfTarget(int sysFlag, Duration immunity, Stored stored) implements SendRewrite.Target {

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

    @Override
    public PutOrigin origin() {
        return PutOrigin.TRANSACTION_HALF;
    }

    @Override
    public void stored(EncodedRecords records) {
        stored.at(records.queueOffset(), records.position(), immunity);
    }
}
