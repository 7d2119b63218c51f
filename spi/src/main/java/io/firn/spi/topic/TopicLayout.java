package io.firn.spi.topic;

/**
 * How a topic is laid out on this broker. Immutable; any thread.
 *
 * @param readQueues queues 0 .. readQueues-1 may be read
 * @param writeQueues queues 0 .. writeQueues-1 are offered to producers
 * @param permissions bits {@link #READ} and {@link #WRITE}
 * @param sysFlag bits of RocketMQ's topicSysFlag; mostly 0
 * @param order whether clients see the queues in a fixed order
 * @since 1.0
 */
public record TopicLayout(int readQueues, int writeQueues, int permissions, int sysFlag, Order order) {

    /** Permission bit: consumers may read. */
    public static final int READ = 4;

    /** Permission bit: producers may write. */
    public static final int WRITE = 2;

    /**
     * Order of a topic's queues in its route.
     *
     * @since 1.0
     */
    public enum Order {
        /** Any. */
        FREE,
        /** Fixed, so that a key goes to the same queue whatever broker is gone. */
        FIXED
    }

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException when a count is negative
     * @since 1.0
     */
    public TopicLayout {
        if (readQueues < 0 || writeQueues < 0) {
            throw new IllegalArgumentException("queue counts are 0 or more: " + readQueues + ", " + writeQueues);
        }
    }

    /**
     * As many read as write queues, open to both sides, nothing special.
     *
     * @since 1.0
     */
    public static TopicLayout of(int queues) {
        return new TopicLayout(queues, queues, READ | WRITE, 0, Order.FREE);
    }

    /**
     * How many queue ids may hold messages: the larger of both counts.
     *
     * @since 1.0
     */
    public int queues() {
        return Math.max(readQueues, writeQueues);
    }

    /**
     * Whether consumers may read.
     *
     * @since 1.0
     */
    public boolean isReadable() {
        return (permissions & READ) != 0;
    }

    /**
     * Whether producers may write.
     *
     * @since 1.0
     */
    public boolean isWritable() {
        return (permissions & WRITE) != 0;
    }
}
