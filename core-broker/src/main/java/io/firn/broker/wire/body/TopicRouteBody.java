package io.firn.broker.wire.body;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reply to 105: where a topic's queues are.
 *
 * @param orderTopicConf {@code broker:queues;…} for ordered topics
 */
public record TopicRouteBody(
        @Nullable String orderTopicConf,
        List<QueueRoute> queueDatas,
        List<BrokerRoute> brokerDatas,
        Map<String, List<String>> filterServerTable) {
    public TopicRouteBody {
        queueDatas = Absent.list(queueDatas);
        brokerDatas = Absent.list(brokerDatas);
        filterServerTable = Absent.map(filterServerTable);
    }
}
