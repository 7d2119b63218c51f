package io.firn.broker.wire.body;

import java.util.List;

/** Reply to 204: who produces as a group. */
public record ProducerConnectionBody(List<ConnectionBody> connectionSet) {
    public ProducerConnectionBody {
        connectionSet = Absent.list(connectionSet);
    }
}
