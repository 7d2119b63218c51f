package io.firn.broker.pop;

import io.firn.broker.record.RecordFilter;

/**
 * A checked pop.
 *
 * @param topic its normal name
 * @param queueId −1 for any queue
 * @param queues how many queues the topic has
 * @param mostMessages 1 to 32
 * @param deadlineNanos until when it may wait, on the broker's monotonic clock
 */
record PopRequest(
        String group,
        String topic,
        int queueId,
        int queues,
        int mostMessages,
        long invisibleMs,
        Start start,
        RecordFilter filter,
        Waiting waiting,
        long deadlineNanos) {

    /** Any queue. */
    static final int ANY = -1;

    /** Where a group that is new begins. */
    enum Start {
        MIN,
        MAX
    }

    /** What a pop does when there is nothing. */
    enum Waiting {
        YES,
        NO
    }
}
