package io.firn.it.driver;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.MessageQueue;

/**
 * How far each queue reaches by what this driver's own sends were told. A broker may answer a send a moment before its
 * queue shows the message; who reads back what was sent waits for these ends.
 */
final class Acknowledged {

    private final Map<MessageQueue, Long> ends = new ConcurrentHashMap<>();

    void saw(SendResult result) {
        if (result.getMessageQueue() != null) {
            int records = result.getMsgId() == null ? 1 : result.getMsgId().split(",", -1).length;
            ends.merge(result.getMessageQueue(), result.getQueueOffset() + records, Math::max);
        }
    }

    /** Offset behind the last acknowledged message; 0 when there is none. */
    long end(MessageQueue queue) {
        return ends.getOrDefault(queue, 0L);
    }
}
