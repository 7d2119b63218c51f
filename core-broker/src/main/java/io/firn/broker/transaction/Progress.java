package io.firn.broker.transaction;

import io.firn.broker.group.Offsets;
import io.firn.broker.log.CommitLog;
import io.firn.broker.log.FlushWaiter;
import io.firn.broker.topic.TopicName;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers, as the offsets of group {@link HalfRecovery#GROUP}, how far both queues are done with. An offset is committed
 * only when the disk has all that had been appended when it was found: a power cut must not take a commit away whose half
 * message then counts as ended. Owner of all fields: whoever holds this object's monitor.
 */
final class Progress {

    private static final Logger LOG = LoggerFactory.getLogger(Progress.class);

    private static final long NOTHING = -1;
    private static final long CLOSING_PATIENCE_SECONDS = 10;

    private final CommitLog log;
    private final Offsets offsets;
    private final HalfTable table;
    private final EndNotes notes;

    private long half = NOTHING;
    private long note = NOTHING;
    private long safeAt;

    Progress(CommitLog log, Offsets offsets, HalfTable table, EndNotes notes) {
        this.log = log;
        this.offsets = offsets;
        this.table = table;
        this.notes = notes;
    }

    /** Commits what was found before, when it is safe by now, and finds out anew. */
    synchronized void step() {
        if (half == NOTHING || log.flushed().get() >= safeAt) {
            commit();
            find();
        }
    }

    /** Commits what is true now once the disk has it; when that takes too long the next start has more to read. */
    void last() {
        long needed = find();
        CountDownLatch known = new CountDownLatch(1);
        log.flusher().whenFlushed(needed, new Arrival(known::countDown));
        try {
            if (!known.await(CLOSING_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the disk does not take the last transactions in time: the next start looks for them");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        step();
    }

    /** The position that has to be on disk before what was found is committed. */
    private synchronized long find() {
        half = table.low();
        note = notes.neededFrom(half);
        safeAt = log.appended().get();
        return safeAt;
    }

    private void commit() {
        if (half != NOTHING) {
            advance(TopicName.TRANSACTION_HALF, half);
            advance(TopicName.TRANSACTION_OP, note);
        }
    }

    /** Nothing is written for a broker that never saw a transaction. */
    private void advance(String topic, long offset) {
        long before = offsets.query(HalfRecovery.GROUP, topic, 0);
        if (offset != before && !(before == Offsets.NONE && offset == 0)) {
            offsets.commit(HalfRecovery.GROUP, topic, 0, offset);
        }
    }

    /** Tells that the disk has answered; what it has is asked again then. */
    private record Arrival(Runnable then) implements FlushWaiter {

        @Override
        public void flushed() {
            then.run();
        }

        @Override
        public void timedOut() {
            then.run();
        }

        @Override
        public void failed(Throwable cause) {
            then.run();
        }
    }
}
