package io.firn.broker.wire.body;

import java.util.Map;

/** Reply to 208: how far a group is in each queue. */
public record ConsumeStatsBody(double consumeTps, Map<MessageQueue, QueueProgress> offsetTable) {
    public ConsumeStatsBody {
        offsetTable = Absent.map(offsetTable);
    }
}
