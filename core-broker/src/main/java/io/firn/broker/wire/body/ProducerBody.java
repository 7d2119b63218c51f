package io.firn.broker.wire.body;

/** A producer group of a heartbeat. */
public record ProducerBody(String groupName) {
    public ProducerBody {
        groupName = Absent.text(groupName);
    }
}
