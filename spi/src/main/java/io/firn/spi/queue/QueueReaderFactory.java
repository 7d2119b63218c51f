package io.firn.spi.queue;

import io.firn.spi.contract.ImplementedByPlugin;
import io.firn.spi.topic.QueueRef;

/**
 * Puts a reader of the plugin's own before each queue of the topics it was registered for. A topic has one owner: two
 * plugins that claim the same topic do not start, and the error names both.
 *
 * @since 1.0
 */
@ImplementedByPlugin
@FunctionalInterface
public interface QueueReaderFactory {

    /**
     * Opens the reader of one queue: at start, and when the queue is first used. Runs on a thread of the plugin, several
     * queues at once; may block; reads wait for it.
     *
     * @param base the queue without this plugin; may be kept and called until the reader is closed, on any thread. The
     *     broker closes it
     * @throws Exception when it can not; the queue is offline and its reads fail until a later attempt succeeds (the pause
     *     grows to 60 s)
     * @since 1.0
     */
    QueueReader open(QueueRef queue, QueueReader base) throws Exception;
}
