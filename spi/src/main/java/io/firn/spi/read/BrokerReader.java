package io.firn.spi.read;

import io.firn.spi.contract.ProvidedByBroker;
import io.firn.spi.topic.QueueRef;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads the broker's own store as it is on this machine: no cold reader, no override of a queue is asked. For threads of
 * the plugin: every call may block on a page fault, so none belongs in a put hook. Leases and cursors have to be closed,
 * best in try-with-resources, which takes a null lease too; those left when the plugin stops are closed and reported.
 * All calls throw {@link IllegalStateException} once the plugin has stopped.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface BrokerReader {

    /**
     * The message that begins at a log position; null when none does or it is gone.
     *
     * @throws DamagedStoreException when the bytes there are damaged
     * @since 1.0
     */
    @Nullable
    MessageLease byPosition(long position);

    /**
     * The message at a queue offset; null when there is none or it is gone.
     *
     * @throws DamagedStoreException when the queue or the bytes are damaged
     * @since 1.0
     */
    @Nullable
    MessageLease byOffset(QueueRef queue, long offset);

    /**
     * Walks a queue's messages, those that are there of [from, to), in offset order.
     *
     * @since 1.0
     */
    FrameCursor scan(QueueRef queue, long from, long to);

    /**
     * Walks a queue's entries, those that are there of [from, to), without touching messages.
     *
     * @since 1.0
     */
    QueueEntryCursor scanEntries(QueueRef queue, long from, long to);

    /**
     * Walks the log's messages of all queues, in position order, half messages among them; fillers are passed over. Only
     * what is there of [from, to).
     *
     * @param from where a message begins, or a segment
     * @throws DamagedStoreException when no message begins at {@code from}
     * @since 1.0
     */
    FrameCursor scanLog(long from, long to);

    /**
     * The segments of the log as they are now, in position order; the last one is being written.
     *
     * @since 1.0
     */
    List<SegmentRef> segments();

    /**
     * Holds the segment that has this position, all of it up to the end of what is written; null when it is gone or not
     * there yet.
     *
     * @since 1.0
     */
    @Nullable
    SegmentLease lease(long position);

    /**
     * How far the log has come. Does not block.
     *
     * @since 1.0
     */
    LogPositions positions();

    /**
     * The queues of a topic that have files here, in id order; empty for an unknown topic.
     *
     * @since 1.0
     */
    List<QueueRef> queues(String topic);

    /**
     * The first offset whose message is still on this machine; 0 for an unknown queue.
     *
     * @since 1.0
     */
    long minOffset(QueueRef queue);

    /**
     * The offset the next message gets; 0 for an unknown queue.
     *
     * @since 1.0
     */
    long maxOffset(QueueRef queue);

    /**
     * The offset for a store time; empty when the queue holds nothing.
     *
     * @param timestampMs ms since 1970
     * @since 1.0
     */
    OptionalLong offsetByTime(QueueRef queue, long timestampMs, Boundary boundary);
}
