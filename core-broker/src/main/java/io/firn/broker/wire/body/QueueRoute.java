package io.firn.broker.wire.body;

/** How many queues a topic has on one broker. */
public record QueueRoute(String brokerName, int readQueueNums, int writeQueueNums, int perm, int topicSysFlag) {
    public QueueRoute {
        brokerName = Absent.text(brokerName);
    }
}
