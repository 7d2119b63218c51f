package io.firn.broker.wire.body;

import java.util.List;
import java.util.Map;

/** Reply to 317: the progress of every group. */
public record ConsumeStatsListBody(
        List<Map<String, List<ConsumeStatsBody>>> consumeStatsList,
        String brokerAddr,
        long totalDiff,
        long totalInflightDiff) {
    public ConsumeStatsListBody {
        consumeStatsList = Absent.list(consumeStatsList);
        brokerAddr = Absent.text(brokerAddr);
    }
}
