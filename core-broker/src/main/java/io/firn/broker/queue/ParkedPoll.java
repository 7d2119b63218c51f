package io.firn.broker.queue;

import io.firn.broker.record.RecordFilter;

/**
 * A pull that waits at the end of a queue. Exactly one of {@link #wake()} and {@link #expired()} is called, once, on the
 * dispatcher's thread; neither when the poll is abandoned. Both only hand on (to the connection's thread) and return.
 */
public interface ParkedPoll {

    String topic();

    int queueId();

    /** The queue offset waited for. */
    long offset();

    /** Which messages end the wait. Used on the dispatcher's thread while parked. */
    RecordFilter filter();

    /** When the wait ends, on the broker's monotonic clock. */
    long deadlineNanos();

    /** A message that may match is readable. */
    void wake();

    /** The deadline passed, or the broker stops. */
    void expired();

    /** Whose poll this is, compared by identity: {@link LongPolls#clientGone} lets go of all polls of one client. */
    Object client();

    /** Whether nobody waits for the answer any more; asked on the dispatcher's thread. */
    boolean abandoned();
}
