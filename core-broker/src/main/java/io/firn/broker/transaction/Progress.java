package io.firn.broker.transaction;

import io.firn.broker.group.Offsets;
import io.firn.broker.log.CommitLog;
import io.firn.broker.topic.TopicName;

/**
 * Remembers, as the offsets of group {@link HalfRecovery#GROUP}, how far both queues are done with. An offset is committed
 * only when the disk has all that had been appended when it was found: a power cut must not take a commit away whose half
 * message then counts as ended. Owner of all fields: whoever holds this object's monitor.
 */
final class Progress {

    private static final long NOTHING = -1;

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
            half = table.low();
            note = notes.neededFrom(half);
            safeAt = log.appended().get();
        }
    }

    /** Commits what is true now: the log is closed, and forced, next. */
    synchronized void last() {
        half = table.low();
        note = notes.neededFrom(half);
        commit();
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
}
