package io.firn.broker.wire.body;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Replies that are a list of topics: 206, 224, 304, 305, 343. */
public record TopicListBody(
        List<String> topicList, @Nullable String brokerAddr) {
    public TopicListBody {
        topicList = Absent.list(topicList);
    }
}
