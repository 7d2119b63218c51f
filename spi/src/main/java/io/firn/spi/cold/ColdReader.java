package io.firn.spi.cold;

import io.firn.spi.contract.CancelToken;
import io.firn.spi.contract.Deadline;
import io.firn.spi.contract.ImplementedByPlugin;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.read.Boundary;
import io.firn.spi.topic.QueueRef;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Serves messages that the local store no longer has. The broker asks it for offsets below the first local one, and adds
 * its coverage to every answer about offsets.
 *
 * <p>All methods are called on broker threads, many at once: they return within 1 ms and do their work on
 * {@code PluginContext.blockingIo}. Stages may complete on any thread. The broker waits until the deadline (3 s, if not
 * configured otherwise), keeps what is under way below a budget of bytes, and cancels by token, never by interrupt. When
 * a call throws, fails or is late, the reader is told to try the same offset again; it never skips messages.
 *
 * @since 1.0
 */
@ImplementedByPlugin
public interface ColdReader {

    /**
     * What can be served of a queue now; {@link Coverage#NONE} for a queue it does not know. From memory, within 10 µs.
     * Its max never falls: the broker gives no message an offset below it.
     *
     * @since 1.0
     */
    Coverage coverage(QueueRef queue);

    /**
     * Reads messages, the first at or after the offset. Idempotent. A stage completed after the token was cancelled or the
     * deadline passed is still closed by the broker.
     *
     * @since 1.0
     */
    CompletionStage<ColdBatch> read(ColdRequest request, CancelToken token);

    /**
     * The offset for a store time among the offsets covered; empty when it can not tell.
     *
     * @param timestampMs ms since 1970
     * @since 1.0
     */
    default CompletionStage<OptionalLong> offsetByTime(QueueRef queue, long timestampMs, Boundary boundary) {
        return CompletableFuture.completedFuture(OptionalLong.empty());
    }

    /**
     * The message that stood at a position of the log; an empty batch when it has none.
     *
     * @since 1.0
     */
    default CompletionStage<FrameBatch> byPosition(long position, Deadline deadline) {
        return CompletableFuture.completedFuture(FrameBatch.ofCopies(List.of(), 0));
    }

    /**
     * Messages by key, newest first; an empty batch when there are none.
     *
     * @since 1.0
     */
    default CompletionStage<FrameBatch> byKey(ColdKeyRequest request, CancelToken token) {
        return CompletableFuture.completedFuture(FrameBatch.ofCopies(List.of(), 0));
    }

    /**
     * Behind the last byte of the log that is archived: an empty store begins its log at the first segment boundary at or
     * above it, so that positions are never used twice. Asked once, right after the plugin's start and before the broker
     * takes messages, if its log is empty; the broker does not start when this throws or is late.
     *
     * @since 1.0
     */
    default long nextPositionFloor() {
        return 0;
    }
}
