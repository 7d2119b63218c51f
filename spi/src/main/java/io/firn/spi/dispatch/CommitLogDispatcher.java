package io.firn.spi.dispatch;

import io.firn.spi.contract.ImplementedByPlugin;

/**
 * Follows the log: each message of the chosen topics at least once, in position order.
 *
 * <p>Has a thread and a cursor of its own: it may block as long as it likes and delays no queue, no other dispatcher, and
 * no sender unless it asked for {@link LagPolicy#THROTTLE_PRODUCERS}. After a crash or a failure it is shown again
 * everything not called durable, so it has to be idempotent by position.
 *
 * <p>Is shown what is on disk, not what is only in memory: whoever ships messages elsewhere must not have what a power cut
 * takes back here. With SYNC_FLUSH that is before the sender is answered; with ASYNC_FLUSH a message comes up to one
 * {@code flushIntervalCommitLog} (500 ms, if not configured otherwise) after consumers can read it. What has to act within
 * the send is a {@link io.firn.spi.put.PutMessageHook}.
 *
 * @since 1.0
 */
@ImplementedByPlugin
@FunctionalInterface
public interface CommitLogDispatcher {

    /**
     * Takes the next batch. Runs on the dispatcher's thread, one call at a time. It may call {@code progress} now, or
     * later from any thread, while further batches come.
     *
     * @throws Exception when it can not; the plugin is degraded at once and the same batch, cut anew, comes again after a
     *     pause that grows to 60 s. It is never left out, unless an operator says so
     * @since 1.0
     */
    void dispatch(DispatchBatch batch, Progress progress) throws Exception;

    /**
     * The log was cut (another broker took over, or recovery dropped bytes): everything at or above {@code position} never
     * happened, other bytes will follow there. Runs on the dispatcher's thread, before the next batch; may block;
     * idempotent: it may be told again after a crash. Positions called durable above fall back to {@code position}.
     *
     * @throws Exception when it can not; told again after a pause, no batch comes before it succeeds
     * @since 1.0
     */
    default void onTruncate(long position) throws Exception {}
}
