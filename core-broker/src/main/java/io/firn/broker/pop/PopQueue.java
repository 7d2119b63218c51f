package io.firn.broker.pop;

import io.firn.broker.group.Offsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One queue as a group pops it: where it goes on, and which batches are not finished. The offset is committed past a batch
 * when that batch, and all before it, are done or noted in the revive log. Any thread; all state is guarded by this
 * object's monitor, which is held for moments and never while messages are read: for that a reader claims the queue.
 */
final class PopQueue {

    private static final long[] NO_OFFSETS = {};
    /** A line shorter than this is not worth shortening. */
    private static final int SHORT_LINE = 64;

    final String group;
    final String topic;
    final int queueId;

    private final Offsets offsets;
    private final Counts counts;

    private final Deque<Claimant> claimants = new ArrayDeque<>(2);
    private boolean claimed;

    /** The offset to pop next; {@link Offsets#NONE} while nothing is known. */
    private long next = Offsets.NONE;
    /** Batches that the committed offset did not pass yet, in queue order. */
    private final Deque<Batch> line = new ArrayDeque<>();
    /** Batches with messages that are neither acknowledged nor stored again. */
    private final Map<Batch.Key, Batch> open = new HashMap<>();

    /**
     * Of all queues.
     *
     * @param unfinished batches that are not done
     * @param claimants who waits for another's claim to end
     */
    record Counts(LongAdder unfinished, LongAdder claimants) {

        Counts() {
            this(new LongAdder(), new LongAdder());
        }
    }

    /** Somebody who waits for the right to read on. Told one of both, once, on any thread; both only hand on. */
    interface Claimant {

        /** Until when it is worth waiting, on the broker's monotonic clock. */
        long deadlineNanos();

        /** The right is the claimant's now. */
        void inherit();

        /** The time is up. */
        void giveUp();
    }

    /** What an acknowledgement met. */
    enum Met {
        TAKEN,
        /** No such batch: finished long ago, or forgotten with the process that popped it. */
        UNKNOWN,
        /** The batch does not have the offset. */
        OTHER,
        /** The message is coming again already. */
        LATE
    }

    PopQueue(String group, String topic, int queueId, Offsets offsets, Counts counts) {
        this.group = group;
        this.topic = topic;
        this.queueId = queueId;
        this.offsets = offsets;
        this.counts = counts;
    }

    /**
     * Takes the right to read on from here. When another has it, the claimant gets it from whoever gives it back, or is told
     * in {@link #advance(Due)} that its time is up.
     */
    synchronized boolean claim(Claimant claimant) {
        if (claimed) {
            claimants.add(claimant);
            counts.claimants.increment();
            return false;
        }
        claimed = true;
        return true;
    }

    /** Gives the right back, or on. */
    void release() {
        Claimant heir;
        synchronized (this) {
            heir = claimants.poll();
            claimed = heir != null;
        }
        if (heir != null) {
            counts.claimants.decrement();
            heir.inherit();
        }
    }

    /** Where to read on; {@link Offsets#NONE} for a group that is new here. For whoever claimed the queue. */
    synchronized long place() {
        long reset = offsets.takeReset(group, topic, queueId);
        if (reset != Offsets.NONE) {
            // an operator moved the group: what was popped stays popped, but nothing waits for it any more
            line.clear();
            // a commit that began before the reset may have ended after it
            offsets.commit(group, topic, queueId, reset);
        }
        long committed = offsets.query(group, topic, queueId);
        if (committed == Offsets.NONE) {
            // new, or the topic is another one of the same name
            line.clear();
        }
        next = line.isEmpty() ? committed : Math.max(next, committed);
        return next;
    }

    /** Where to read on as it was last known. */
    synchronized long lastPlace() {
        long committed = offsets.query(group, topic, queueId);
        boolean moves =
                next == Offsets.NONE || committed == Offsets.NONE || offsets.isResetPending(group, topic, queueId);
        return moves ? Math.max(0, committed) : next;
    }

    /** The group is new here and begins at this offset. */
    synchronized void begin(long first) {
        next = first;
        offsets.commit(group, topic, queueId, first);
    }

    /** Messages were popped. */
    synchronized void popped(Batch batch) {
        next = batch.next;
        line.add(batch);
        put(batch);
        if (line.size() > SHORT_LINE + 4 * open.size()) {
            shorten();
        }
    }

    /**
     * Of batches that follow each other and are passed, the last one tells how far the offset may go. Without this, one
     * batch that can not be noted would let the line behind it grow without end.
     */
    private void shorten() {
        for (int left = line.size(); left > 0; left--) {
            Batch batch = line.removeFirst();
            Batch following = left > 1 ? line.getFirst() : null;
            boolean isCovered = following != null && batch.isPassed() && following.isPassed();
            if (!isCovered) {
                line.addLast(batch);
            }
        }
    }

    /** How many batches the committed offset did not pass; of those that are done the last in a row may count for all. */
    synchronized int behind() {
        return line.size();
    }

    /** There was nothing for the group up to this offset. */
    synchronized void skipped(long to) {
        next = to;
        Batch last = line.peekLast();
        if (last != null && last.count() == 0) {
            line.removeLast();
        }
        Batch mark = new Batch(new Batch.Key(to, 0), 0, 0, NO_OFFSETS, to);
        mark.stage = Batch.Stage.DONE;
        line.add(mark);
        advance();
    }

    /** The queue ends below the group's place, which goes back. */
    synchronized void movedBack(long to) {
        line.clear();
        next = to;
        offsets.commit(group, topic, queueId, to);
    }

    /** A batch from before this process, or a message that is to be invisible for another time. */
    synchronized void add(Batch batch) {
        put(batch);
    }

    synchronized @Nullable Batch find(Batch.Key key) {
        return open.get(key);
    }

    /** Takes a batch out that did not come to be. */
    synchronized void forget(Batch batch) {
        if (open.remove(batch.key, batch)) {
            counts.unfinished.decrement();
        }
    }

    private void put(Batch batch) {
        if (open.put(batch.key, batch) == null) {
            counts.unfinished.increment();
        }
    }

    /** A message is acknowledged. */
    synchronized Met ack(Batch.Key key, long offset) {
        return moved(key, offset, 0);
    }

    /** A message is in another batch, whose note ends at this log position: this one is not done before that is on disk. */
    synchronized Met moved(Batch.Key key, long offset, long end) {
        Batch batch = open.get(key);
        if (batch == null) {
            return Met.UNKNOWN;
        }
        if (batch.isLate()) {
            return Met.LATE;
        }
        int index = batch.indexOf(offset);
        if (index < 0) {
            return Met.OTHER;
        }
        settled(batch, index, end);
        if (batch.isFinished(0)) {
            finish(batch);
            advance();
        }
        return Met.TAKEN;
    }

    /** Whether this message is still invisible, and not acknowledged. */
    synchronized Met look(Batch.Key key, long offset) {
        Batch batch = open.get(key);
        if (batch == null) {
            return Met.UNKNOWN;
        }
        if (batch.isLate()) {
            return Met.LATE;
        }
        int index = batch.indexOf(offset);
        if (index < 0) {
            return Met.OTHER;
        }
        return batch.isAcked(index) ? Met.UNKNOWN : Met.TAKEN;
    }

    /** A revival begins, to end with {@link #revived} or {@link #failed}; false when there is none to begin. */
    synchronized boolean begin(Batch batch) {
        boolean begins = batch.stage == Batch.Stage.REVIVING && !batch.underWay;
        if (begins) {
            batch.underWay = true;
        }
        return begins;
    }

    /** Nothing is left to do for one message; what became of it ends at this log position. */
    synchronized void settled(Batch batch, int index, long end) {
        batch.acked |= 1 << index;
        batch.movedTo = Math.max(batch.movedTo, end);
    }

    /** A revival is through: all that is left is that the disk has it. */
    synchronized void revived(Batch batch) {
        batch.underWay = false;
    }

    /** A batch's note is in the revive log, up to this position. */
    synchronized void written(Batch batch, long end) {
        batch.writtenTo = Math.max(batch.writtenTo, end);
        if (batch.stage == Batch.Stage.NOTING) {
            batch.notBeforeMs = 0;
        }
    }

    /** Not all of it could be written: it is tried again from this time on. */
    synchronized void failed(Batch batch, long notBeforeMs) {
        batch.notBeforeMs = notBeforeMs;
        batch.underWay = false;
        if (batch.stage == Batch.Stage.NOTING) {
            batch.stage = Batch.Stage.REMEMBERED;
        }
    }

    /** The process ends: batches that the revive log does not have, to be noted now. */
    synchronized List<Batch> leave(long nowMs) {
        List<Batch> unknown = new ArrayList<>();
        for (Batch batch : open.values()) {
            if (batch.stage != Batch.Stage.NOTING && !batch.isNoted && batch.writtenTo < 0) {
                batch.noting(nowMs);
                unknown.add(batch);
            }
        }
        return unknown;
    }

    /** Whether nothing of the batch is left to do. */
    synchronized boolean isDone(Batch batch) {
        return batch.stage == Batch.Stage.DONE;
    }

    /** Which offsets of a batch were acknowledged. */
    synchronized int acked(Batch batch) {
        return batch.acked;
    }

    /**
     * Lets batches go on whose time has come, and claimants go whose time is up.
     *
     * @return how many of both are left
     */
    synchronized int advance(Due due) {
        for (Iterator<Batch> all = open.values().iterator(); all.hasNext(); ) {
            Batch batch = all.next();
            if (batch.isFinished(due.onDisk())) {
                batch.stage = Batch.Stage.DONE;
                all.remove();
                counts.unfinished.decrement();
            } else {
                if (batch.writtenTo >= 0 && due.onDisk() >= batch.writtenTo) {
                    noted(batch);
                }
                moveOn(batch, due);
            }
        }
        advance();
        letGo(due);
        return open.size() + claimants.size();
    }

    private static void noted(Batch batch) {
        batch.isNoted = true;
        if (batch.stage == Batch.Stage.NOTING) {
            batch.stage = Batch.Stage.NOTED;
        }
    }

    private void moveOn(Batch batch, Due due) {
        if (batch.isWholeAcked() || batch.underWay) {
            // it waits for the disk, or for whoever is at it
            due.next(0);
        } else if (due.nowMs() < batch.notBeforeMs) {
            due.next(batch.notBeforeMs);
        } else if (batch.stage == Batch.Stage.NOTING && batch.writtenTo < 0) {
            note(batch, due);
        } else if (batch.stage == Batch.Stage.REVIVING || due.isPast(batch.dueMs())) {
            // for that its note need not be on disk: only the offset waits
            batch.reviving(due.nowMs());
            due.revive(this, batch);
        } else if (batch.stage == Batch.Stage.REMEMBERED) {
            long noteMs = batch.key.popTimeMs() + due.stayMs();
            if (due.isPast(noteMs)) {
                note(batch, due);
            } else {
                due.next(Math.min(batch.dueMs(), noteMs));
            }
        } else {
            due.next(batch.dueMs());
        }
    }

    private void note(Batch batch, Due due) {
        batch.noting(due.nowMs());
        due.note(this, batch);
    }

    private void letGo(Due due) {
        for (Iterator<Claimant> all = claimants.iterator(); all.hasNext(); ) {
            Claimant claimant = all.next();
            if (due.isOver(claimant.deadlineNanos())) {
                all.remove();
                counts.claimants.decrement();
                due.giveUp(claimant);
            }
        }
    }

    private void finish(Batch batch) {
        batch.stage = Batch.Stage.DONE;
        open.remove(batch.key, batch);
        counts.unfinished.decrement();
    }

    /** Commits as far as everything is done or noted. */
    private void advance() {
        long to = Offsets.NONE;
        Batch head = line.peekFirst();
        while (head != null && head.isPassed()) {
            to = head.next;
            line.removeFirst();
            head = line.peekFirst();
        }
        if (to != Offsets.NONE && offsets.query(group, topic, queueId) != Offsets.NONE) {
            offsets.commit(group, topic, queueId, to);
        }
    }

    /** A moment in which batches go on. */
    interface Due {

        long nowMs();

        /** How long a batch is only remembered. */
        long stayMs();

        /** Log position up to which everything is on disk. */
        long onDisk();

        default boolean isPast(long timeMs) {
            return nowMs() >= timeMs;
        }

        /** Whether this time of the monotonic clock is over. What is not is asked about again with the next tick. */
        boolean isOver(long deadlineNanos);

        /** There is something to do at this time, or as soon as the disk has moved on when it is 0. */
        void next(long timeMs);

        /** The batch is to be noted in the revive log. Must not call back. */
        void note(PopQueue queue, Batch batch);

        /** The batch is to be revived. Must not call back. */
        void revive(PopQueue queue, Batch batch);

        /** The claimant is to be told that its time is up. Must not call back. */
        void giveUp(Claimant claimant);
    }
}
