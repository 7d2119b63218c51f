package io.firn.broker.wire.body;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All topics of a broker: reply to 21, and a part of the registration. */
public record TopicConfigTable(
        Map<String, TopicConfigBody> topicConfigTable,
        @Nullable DataVersion dataVersion) {
    static final TopicConfigTable EMPTY = new TopicConfigTable(Map.of(), null);

    public TopicConfigTable {
        topicConfigTable = Absent.map(topicConfigTable);
    }
}
