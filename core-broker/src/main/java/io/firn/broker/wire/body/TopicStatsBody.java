package io.firn.broker.wire.body;

import java.util.Map;

/** Reply to 202: how far each queue of a topic reaches. */
public record TopicStatsBody(double topicPutTps, Map<MessageQueue, QueueStats> offsetTable) {
    public TopicStatsBody {
        offsetTable = Absent.map(offsetTable);
    }
}
