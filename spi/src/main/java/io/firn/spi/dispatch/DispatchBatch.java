package io.firn.spi.dispatch;

import io.firn.spi.contract.ProvidedByBroker;
import io.firn.spi.read.FrameCursor;
import io.firn.spi.read.SegmentLease;

/**
 * A piece of the log, within one segment, confirmed: on disk, so that no crash and no power cut of this machine takes it
 * back. Only another broker that takes over, or an operator, can: {@link CommitLogDispatcher#onTruncate}. Valid until
 * {@link CommitLogDispatcher#dispatch} returns; what is needed longer is leased. Belongs to the dispatcher's thread.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface DispatchBatch {

    /**
     * Log position of the first byte. Equal to the end of the batch before, unless bytes in between were deleted or
     * skipped by an operator.
     *
     * @since 1.0
     */
    long from();

    /**
     * Log position behind the last byte: what to call durable when all of it is.
     *
     * @since 1.0
     */
    long to();

    /**
     * The messages of the chosen topics, in position order; there may be none. A new walk each time; closed by the broker
     * when {@code dispatch} returns, if not before.
     *
     * @since 1.0
     */
    FrameCursor frames();

    /**
     * All bytes of the batch, of all topics. The plugin closes it, when it likes.
     *
     * @since 1.0
     */
    SegmentLease lease();
}
