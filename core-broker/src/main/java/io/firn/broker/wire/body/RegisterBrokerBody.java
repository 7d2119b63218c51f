package io.firn.broker.wire.body;

import java.util.List;

/** Request 103: the topics that a broker announces to a name server. */
public record RegisterBrokerBody(TopicConfigTable topicConfigSerializeWrapper, List<String> filterServerList) {
    public RegisterBrokerBody {
        topicConfigSerializeWrapper = Absent.or(topicConfigSerializeWrapper, TopicConfigTable.EMPTY);
        filterServerList = Absent.list(filterServerList);
    }
}
