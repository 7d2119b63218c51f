package io.firn.broker.wire.body;

import java.util.List;

/** Request 18: topics to create or update. */
public record TopicConfigListBody(List<TopicConfigBody> topicConfigList) {
    public TopicConfigListBody {
        topicConfigList = Absent.list(topicConfigList);
    }
}
