package io.firn.broker.wire.body;

import java.util.List;
import java.util.Map;

/** Push 220 to clients in C++: offsets to go on from, as a list. */
public record ResetOffsetListBody(List<QueueOffset> offsetTable) {

    /** One queue and its offset. */
    public record QueueOffset(String topic, String brokerName, int queueId, long offset) {}

    public ResetOffsetListBody {
        offsetTable = List.copyOf(offsetTable);
    }

    /** The same as a list. */
    public static ResetOffsetListBody of(Map<MessageQueue, Long> offsets) {
        return new ResetOffsetListBody(offsets.entrySet().stream()
                .map(entry -> new QueueOffset(
                        entry.getKey().topic(),
                        entry.getKey().brokerName(),
                        entry.getKey().queueId(),
                        entry.getValue()))
                .toList());
    }
}
