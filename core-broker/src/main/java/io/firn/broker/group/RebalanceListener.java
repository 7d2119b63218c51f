package io.firn.broker.group;

/** Told when the members of a group have to divide their queues anew. */
@FunctionalInterface
public interface RebalanceListener {

    /**
     * A member came or went, or topics were added to or removed from the subscriptions. Not called for broadcasting
     * groups, nor for those that switched notifications off. Runs on {@code firn-control}: must not block.
     *
     * @param group as it is now; every member is to be told
     */
    void rebalance(ConsumerGroup group);
}
