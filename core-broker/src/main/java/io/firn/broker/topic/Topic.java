package io.firn.broker.topic;

import java.util.Map;

/**
 * One topic as it is now. Immutable; any thread.
 *
 * @param name see {@link TopicName}
 * @param readQueues queues 0 .. readQueues-1 may be read
 * @param writeQueues queues 0 .. writeQueues-1 are offered to producers
 * @param perm bits {@link #READ}, {@link #WRITE}, {@link #INHERIT}
 * @param sysFlag bits of RocketMQ's topicSysFlag; bit 0 is unit mode
 * @param order whether the route lists this topic's queues in a fixed order
 * @param attributes names without sign, for example {@code message.type=FIFO}
 */
public record Topic(
        String name,
        int readQueues,
        int writeQueues,
        int perm,
        FilterType filterType,
        int sysFlag,
        boolean order,
        Map<String, String> attributes) {

    /** Permission bit: may be read. */
    public static final int READ = 4;

    /** Permission bit: may be written. */
    public static final int WRITE = 2;

    /** Permission bit: may be the template of topics created on first use. */
    public static final int INHERIT = 1;

    public Topic {
        attributes = Map.copyOf(attributes);
    }

    /** A topic with as many read as write queues and nothing special. */
    public static Topic of(String name, int queues, int perm) {
        return new Topic(name, queues, queues, perm, FilterType.SINGLE_TAG, 0, false, Map.of());
    }

    /** The topic to which a group's failed messages return. */
    public static Topic retryOf(String group, int queues) {
        return of(TopicName.RETRY_PREFIX + group, queues, READ | WRITE);
    }

    /** The topic in which a group's messages end after the last retry. */
    public static Topic deadLettersOf(String group) {
        return of(TopicName.DLQ_PREFIX + group, 1, READ | WRITE);
    }

    public boolean readable() {
        return (perm & READ) != 0;
    }

    public boolean writable() {
        return (perm & WRITE) != 0;
    }

    /** Whether topics may be created after this one. */
    public boolean inherited() {
        return (perm & INHERIT) != 0;
    }

    /** How many queue ids are valid in a send: the larger of both counts. */
    public int queues() {
        return Math.max(readQueues, writeQueues);
    }

    public Topic withAttributes(Map<String, String> newAttributes) {
        return new Topic(name, readQueues, writeQueues, perm, filterType, sysFlag, order, newAttributes);
    }

    public Topic withSysFlag(int newSysFlag) {
        return new Topic(name, readQueues, writeQueues, perm, filterType, newSysFlag, order, attributes);
    }

    public Topic withOrder(boolean newOrder) {
        return new Topic(name, readQueues, writeQueues, perm, filterType, sysFlag, newOrder, attributes);
    }

    public Topic withPerm(int newPerm) {
        return new Topic(name, readQueues, writeQueues, newPerm, filterType, sysFlag, order, attributes);
    }
}
