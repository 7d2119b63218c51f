package io.firn.broker.admin;

import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.log.CommitLog;
import io.firn.broker.queue.ConsumeQueues;
import io.firn.broker.queue.QueueLog;
import io.firn.broker.runtime.Clock;
import io.firn.broker.topic.TopicRegistry;

/** The rooms below that operators look into and change. */
public record BrokerRooms(
        BrokerIdentity self, TopicRegistry topics, GroupCoordinator groups, Stored stored, Clock clock) {

    /** What is on disk. */
    public record Stored(CommitLog log, ConsumeQueues queues, QueueLog reader) {}
}
