package io.firn.broker.wire.body;

import java.util.Map;

/**
 * Replies to 221 and 223: the offsets that clients hold.
 *
 * @param consumerTable client id to queue to offset
 */
public record ConsumerStatusBody(
        Map<MessageQueue, Long> messageQueueTable, Map<String, Map<MessageQueue, Long>> consumerTable) {
    public ConsumerStatusBody {
        messageQueueTable = Absent.map(messageQueueTable);
        consumerTable = Absent.map(consumerTable);
    }
}
