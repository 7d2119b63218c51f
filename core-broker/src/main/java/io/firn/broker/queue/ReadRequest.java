package io.firn.broker.queue;

import io.firn.broker.record.RecordFilter;

/**
 * What to read of one queue.
 *
 * @param offset queue offset of the first message wanted
 * @param maxMessages most messages, 1 or more
 * @param maxBytes most bytes of records; the first message is given whatever its size
 */
public record ReadRequest(String topic, int queueId, long offset, int maxMessages, int maxBytes, RecordFilter filter) {

    public ReadRequest {
        if (maxMessages < 1 || maxBytes < 0) {
            throw new IllegalArgumentException("nothing to read: " + maxMessages + " messages, " + maxBytes + " bytes");
        }
    }

    /** The same, for one message. */
    public ReadRequest ofOne() {
        return new ReadRequest(topic, queueId, offset, 1, maxBytes, filter);
    }
}
