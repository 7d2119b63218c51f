package io.firn.broker.timer;

import io.firn.broker.queue.ParkedPoll;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.topic.TopicName;

/** Waits for the next message of the timer topic, among the pulls that wait at the ends of queues. */
final class TailWatch implements ParkedPoll {

    /** As good as for ever. */
    private static final long PATIENCE_NANOS = 100L * 24 * 3_600 * 1_000_000_000;

    private final long offset;
    private final long deadlineNanos;
    private final Runnable waker;
    /** Written by the dispatcher's thread. */
    private volatile Fate fate = Fate.WAITING;

    /** How the waiting went. */
    private enum Fate {
        WAITING,
        /** There is something to read. */
        WOKEN,
        /** There was nothing until the end. */
        EXPIRED
    }

    TailWatch(long offset, long nowNanos, Runnable waker) {
        this.offset = offset;
        this.deadlineNanos = nowNanos + PATIENCE_NANOS;
        this.waker = waker;
    }

    /** Whether one has to look at the queue again; never when the broker stops, which ends all waiting early. */
    boolean isOver(long nowNanos) {
        return switch (fate) {
            case WAITING -> false;
            case WOKEN -> true;
            case EXPIRED -> nowNanos - deadlineNanos >= 0;
        };
    }

    @Override
    public String topic() {
        return TopicName.TIMER;
    }

    @Override
    public int queueId() {
        return 0;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public RecordFilter filter() {
        return RecordFilter.ALL;
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public void wake() {
        fate = Fate.WOKEN;
        waker.run();
    }

    @Override
    public void expired() {
        fate = Fate.EXPIRED;
        waker.run();
    }

    @Override
    public Object client() {
        return this;
    }

    @Override
    public boolean abandoned() {
        return false;
    }
}
