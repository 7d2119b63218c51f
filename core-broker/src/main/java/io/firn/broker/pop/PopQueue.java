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

    final String group;
    final String topic;
    final int queueId;

    private final Offsets offsets;
    /** Of all queues. */
    private final LongAdder unfinished;

    private final Deque<Runnable> claimants = new ArrayDeque<>(2);
    private boolean claimed;

    /** The offset to pop next; {@link Offsets#NONE} while nothing is known. */
    private long next = Offsets.NONE;
    /** Batches that the committed offset did not pass yet, in queue order. */
    private final Deque<Batch> line = new ArrayDeque<>();
    /** Batches with messages that are neither acknowledged nor stored again. */
    private final Map<Batch.Key, Batch> open = new HashMap<>();

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

    PopQueue(String group, String topic, int queueId, Offsets offsets, LongAdder unfinished) {
        this.group = group;
        this.topic = topic;
        this.queueId = queueId;
        this.offsets = offsets;
        this.unfinished = unfinished;
    }

    /**
     * Takes the right to read on from here. When another has it, {@code whenFree} is run with the right, once, by whoever
     * gives it back.
     */
    synchronized boolean claim(Runnable whenFree) {
        if (claimed) {
            claimants.add(whenFree);
            return false;
        }
        claimed = true;
        return true;
    }

    /** Gives the right back, or on. */
    void release() {
        Runnable heir;
        synchronized (this) {
            heir = claimants.poll();
            claimed = heir != null;
        }
        if (heir != null) {
            heir.run();
        }
    }

    /** Where to read on; {@link Offsets#NONE} for a group that is new here. For whoever claimed the queue. */
    synchronized long place() {
        if (offsets.takeReset(group, topic, queueId) != Offsets.NONE) {
            // an operator moved the group: what was popped stays popped, but nothing waits for it any more
            line.clear();
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
        return next == Offsets.NONE ? Math.max(0, offsets.query(group, topic, queueId)) : next;
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
            unfinished.decrement();
        }
    }

    private void put(Batch batch) {
        if (open.put(batch.key, batch) == null) {
            unfinished.increment();
        }
    }

    /** A message is acknowledged. */
    synchronized Met ack(Batch.Key key, long offset) {
        Batch batch = open.get(key);
        if (batch == null) {
            return Met.UNKNOWN;
        }
        if (batch.stage == Batch.Stage.REVIVING) {
            return Met.LATE;
        }
        if (!batch.ack(offset)) {
            return Met.OTHER;
        }
        if (batch.isWholeAcked()) {
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
        if (batch.stage == Batch.Stage.REVIVING) {
            return Met.LATE;
        }
        for (int i = 0; i < batch.count(); i++) {
            if (batch.offset(i) == offset) {
                return batch.isAcked(i) ? Met.UNKNOWN : Met.TAKEN;
            }
        }
        return Met.OTHER;
    }

    /** One message of a batch that is being revived is done with. */
    synchronized void settled(Batch batch, int index) {
        batch.acked |= 1 << index;
    }

    /** What was being written for this batch is in the log. */
    synchronized void written(Batch batch, long end) {
        batch.writtenTo = Math.max(batch.writtenTo, end);
    }

    /** Not all of it could be written: it is tried again from this time on. */
    synchronized void failed(Batch batch, long notBeforeMs) {
        batch.notBeforeMs = notBeforeMs;
        batch.writtenTo = -1;
        if (batch.stage == Batch.Stage.NOTING) {
            batch.stage = Batch.Stage.REMEMBERED;
        }
    }

    /** The process ends: batches that the revive log does not have, to be noted now. */
    synchronized List<Batch> leave() {
        List<Batch> unknown = new ArrayList<>();
        for (Batch batch : open.values()) {
            if (batch.stage == Batch.Stage.REMEMBERED || (batch.stage == Batch.Stage.REVIVING && !batch.isNoted)) {
                batch.stage = Batch.Stage.NOTING;
                batch.writtenTo = -1;
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
     * Lets batches go on whose time has come.
     *
     * @return how many are not done
     */
    synchronized int advance(Due due) {
        for (Iterator<Batch> all = open.values().iterator(); all.hasNext(); ) {
            Batch batch = all.next();
            if (isSafe(batch, due)) {
                boolean revived = batch.stage == Batch.Stage.REVIVING;
                batch.stage = revived ? Batch.Stage.DONE : Batch.Stage.NOTED;
                batch.isNoted = true;
                if (revived) {
                    all.remove();
                    unfinished.decrement();
                }
            }
            if (batch.stage != Batch.Stage.DONE) {
                moveOn(batch, due);
            }
        }
        advance();
        return open.size();
    }

    private static boolean isSafe(Batch batch, Due due) {
        return batch.writtenTo >= 0
                && due.onDisk() >= batch.writtenTo
                && (batch.stage == Batch.Stage.NOTING || (batch.stage == Batch.Stage.REVIVING && batch.isWholeAcked()));
    }

    private void moveOn(Batch batch, Due due) {
        boolean waits = due.nowMs() < batch.notBeforeMs;
        switch (batch.stage) {
            case REMEMBERED -> {
                long noteMs = batch.key.popTimeMs() + due.stayMs();
                if (waits) {
                    due.next(batch.notBeforeMs);
                } else if (due.isPast(batch.dueMs())) {
                    revive(batch, due);
                } else if (due.isPast(noteMs)) {
                    batch.stage = Batch.Stage.NOTING;
                    due.note(this, batch);
                } else {
                    due.next(Math.min(batch.dueMs(), noteMs));
                }
            }
            case NOTED -> {
                if (due.isPast(batch.dueMs())) {
                    revive(batch, due);
                } else {
                    due.next(batch.dueMs());
                }
            }
            case REVIVING -> {
                if (batch.notBeforeMs > 0 && !waits) {
                    revive(batch, due);
                } else {
                    due.next(batch.notBeforeMs);
                }
            }
            case NOTING -> {
                // in the log is enough to come again: only the offset waits for the disk
                if (batch.writtenTo >= 0 && due.isPast(batch.dueMs())) {
                    revive(batch, due);
                } else {
                    due.next(batch.writtenTo >= 0 ? batch.dueMs() : 0);
                }
            }
            case DONE -> {}
        }
    }

    private void revive(Batch batch, Due due) {
        batch.stage = Batch.Stage.REVIVING;
        batch.writtenTo = -1;
        batch.notBeforeMs = 0;
        due.revive(this, batch);
    }

    private void finish(Batch batch) {
        batch.stage = Batch.Stage.DONE;
        open.remove(batch.key);
        unfinished.decrement();
    }

    /** Commits as far as everything is done or noted. */
    private void advance() {
        long to = Offsets.NONE;
        Batch head = line.peekFirst();
        while (head != null && (head.stage == Batch.Stage.DONE || head.stage == Batch.Stage.NOTED)) {
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

        /** There is something to do at this time, or as soon as the disk has moved on when it is 0. */
        void next(long timeMs);

        /** The batch is to be noted in the revive log. Must not call back. */
        void note(PopQueue queue, Batch batch);

        /** The batch is to be revived. Must not call back. */
        void revive(PopQueue queue, Batch batch);
    }
}
