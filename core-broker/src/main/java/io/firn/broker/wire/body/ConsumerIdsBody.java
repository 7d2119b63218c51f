package io.firn.broker.wire.body;

import java.util.List;

/** Reply to 38: the client ids of a group. */
public record ConsumerIdsBody(List<String> consumerIdList) {
    public ConsumerIdsBody {
        consumerIdList = Absent.list(consumerIdList);
    }
}
