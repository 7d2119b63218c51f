package io.firn.broker.queue;

import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Serves queues of one topic from elsewhere. Futures complete within a deadline that the source keeps, on any thread, and
 * fail with a {@link io.firn.broker.wire.RequestException} or {@link io.firn.broker.runtime.BusyException} that says who
 * failed. Any thread calls; nothing here blocks.
 */
public interface QueueSource {

    /** How a source and the local store belong together. */
    enum Reach {
        /** The source has older messages than the local store. */
        EXTENDS,
        /** The source says what readers see; the local store is not asked. */
        REPLACES
    }

    Reach reach();

    /** The first offset it has, as far as it was asked lately; {@link Long#MAX_VALUE} when none or not known. */
    long knownMin(int queueId);

    /**
     * Reads. {@link ReadOutcome.OutOfRange} tells that it has nothing at this offset and where it has, if anywhere behind;
     * {@link ReadOutcome.TryAgain} that it failed and the reader loses nothing by asking again.
     */
    PendingRead read(SourceRead read);

    /** The offsets it has. */
    CompletableFuture<OffsetRange> range(String topic, int queueId);

    /** How many messages it has in [from, to), about; all of them unless it leaves some out. */
    default CompletableFuture<Long> count(int queueId, long from, long to) {
        return CompletableFuture.completedFuture(Math.max(0, to - from));
    }

    /** The offset for a store time among those it has; empty when it can not tell. */
    CompletableFuture<OptionalLong> offsetByTime(String topic, int queueId, long timeMs, Boundary boundary);
}
