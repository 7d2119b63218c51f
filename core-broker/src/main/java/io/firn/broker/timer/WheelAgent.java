package io.firn.broker.timer;

import io.firn.broker.queue.EntryVisitor;
import io.firn.broker.queue.OffsetRange;
import io.firn.broker.record.RecordView;
import io.firn.broker.runtime.Agent;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.topic.TopicName;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Notes what comes into the timer topic and delivers the slots whose time has come, on {@code firn-wheel}. First what is
 * due, then what is new: an entry never joins a slot that is being delivered. Parked until the end of the next slot that
 * waits, or the next message. Owner of its state: that thread.
 */
final class WheelAgent implements Agent, EntryVisitor {

    /** Messages before progress has its turn. */
    private static final int BATCH = 1_024;
    /** A clock that is set is noticed within this time while messages wait; nothing else depends on it. */
    private static final long LONGEST_PARK_NANOS = 60_000_000_000L;

    private final TimerConfig config;
    private final Stores stores;
    private final Supplier<TimerFiles> opening;
    private final Outlet outlet;
    private final Tools tools;
    private final long widthMs;

    /** Null until the first step. */
    private @Nullable Work work;

    private long nowMs;
    private int done;
    private boolean stopped;

    /**
     * What else is at hand.
     *
     * @param chores who forces files
     * @param waker makes this look again
     */
    record Tools(Timers.Chores chores, TimerMetrics metrics, Runnable waker) {}

    /** How far it is. */
    private static final class Work {

        final TimerFiles files;
        final TimerKeeper keeper;
        /** The first slot that was not delivered. */
        long slotMs;
        /** First offset of the timer queue that was not noted. */
        long next;
        /** Log position behind the last record that was noted. */
        long read;

        @Nullable
        DueSlot due;

        @Nullable
        TailWatch watch;

        Work(TimerFiles files, TimerKeeper keeper) {
            this.files = files;
            this.keeper = keeper;
            this.slotMs = files.slotMs();
            this.next = files.check().mark().queueOffset();
        }
    }

    WheelAgent(TimerConfig config, Stores stores, Supplier<TimerFiles> opening, Outlet outlet, Tools tools) {
        this.config = config;
        this.stores = stores;
        this.opening = opening;
        this.outlet = outlet;
        this.tools = tools;
        this.widthMs = config.precision().toMillis();
    }

    @Override
    public String roleName() {
        return "firn-wheel";
    }

    @Override
    public int doWork() {
        Work at = work();
        done = 0;
        if (outlet.isFree()) {
            try {
                nowMs = clock().millis();
                deliver(at);
                if (at.due == null && outlet.isFree()) {
                    note(at);
                }
            } catch (StorageException | BusyException e) {
                outlet.failed(e);
            }
        }
        if (at.keeper.isDue()) {
            at.keeper.begin(mark(at), Math.max(outlet.reached(), at.read));
            return done + 1;
        }
        return done + at.keeper.step();
    }

    private Work work() {
        Work present = work;
        if (present == null) {
            TimerFiles files = opening.get();
            present = new Work(files, new TimerKeeper(files, tools.chores, config.forceInterval(), tools.waker));
            work = present;
        }
        return present;
    }

    private Clock clock() {
        return tools.chores.clock();
    }

    private static TimerCheck.Mark mark(Work at) {
        return new TimerCheck.Mark(at.slotMs, at.files.log().end(), at.next);
    }

    /** Delivers what is due, as far as it can be stored. */
    private void deliver(Work at) {
        DueSlot slot = at.due == null ? begin(at) : at.due;
        while (slot != null && done < BATCH) {
            at.due = slot;
            while (!slot.isEmpty() && done < BATCH) {
                if (!isPast(at, slot)) {
                    return;
                }
                slot.pass();
                done++;
            }
            if (slot.isEmpty()) {
                at.files.wheel().clear(slot.timeMs());
                at.slotMs = slot.timeMs() + widthMs;
                at.due = null;
                at.keeper.change();
                done++;
                slot = begin(at);
            }
        }
    }

    /** The next slot whose time has come; null when none has. */
    private @Nullable DueSlot begin(Work at) {
        TimerWheel wheel = at.files.wheel();
        long timeMs = wheel.nextFrom(at.slotMs);
        long current = config.startOfSlot(nowMs);
        if (timeMs >= current) {
            // nothing waits before that
            at.slotMs = Math.max(at.slotMs, Math.min(timeMs, current));
            return null;
        }
        return DueSlot.of(timeMs, wheel.last(timeMs), at.files.log(), stores.log());
    }

    /** Whether the slot's next entry is done with. */
    private boolean isPast(Work at, DueSlot slot) {
        TimerUnit unit = at.files.log().read(slot.next());
        try (TimerRecord record = unit == null ? null : TimerRecord.at(stores.log(), unit.position(), unit.size())) {
            if (unit == null || record == null) {
                outlet.drop(unit == null ? -1 : unit.position(), "its record is not in the log any more");
                return true;
            }
            RecordView view = record.view();
            if (slot.isRecalled(view.property(TimerProperties.UNIQUE_KEY), view.property(TimerProperties.REAL_TOPIC))) {
                tools.metrics.recalled.increment();
                return true;
            }
            return unit.isRolled()
                    ? outlet.store(TimerMessage.rolled(view, unit.notedMs(), nowMs), unit.position())
                    : isDelivered(view, unit.notedMs());
        }
    }

    private boolean isDelivered(RecordView record, long notedMs) {
        TimerMessage message = TimerMessage.due(record, notedMs, nowMs);
        if (message == null) {
            outlet.drop(record.physicalOffset(), "it does not say which queue it is for");
            return true;
        }
        return outlet.deliver(message, record.physicalOffset());
    }

    /** Notes what is new. */
    private void note(Work at) {
        OffsetRange range = stores.queues().range(TopicName.TIMER, 0);
        at.next = Math.clamp(at.next, range.min(), range.max());
        if (at.next == range.max()) {
            watchTail(at);
            return;
        }
        stopped = false;
        stores.queues().visit(TopicName.TIMER, 0, new OffsetRange(at.next, range.max()), this);
        if (!stopped) {
            // entries that stand for nothing may end a queue
            at.next = range.max();
        }
    }

    private void watchTail(Work at) {
        TailWatch present = at.watch;
        long now = clock().nanos();
        if (present == null || present.isOver(now)) {
            TailWatch fresh = new TailWatch(at.next, now, tools.waker);
            stores.polls().park(fresh);
            at.watch = fresh;
        }
    }

    @Override
    public boolean see(long offset, long position, int size, long tagsCode) {
        Work at = work();
        at.next = offset;
        stopped = true;
        if (isNoted(at, position, size)) {
            at.next = offset + 1;
            at.read = Math.max(at.read, position + size);
            at.keeper.change();
            done++;
            stopped = done >= BATCH;
        }
        return !stopped;
    }

    /** Whether the record is in the wheel, or done with. */
    private boolean isNoted(Work at, long position, int size) {
        if (at.files.isNoted(position)) {
            return true;
        }
        try (TimerRecord record = TimerRecord.at(stores.log(), position, size)) {
            if (record == null) {
                if (position >= stores.log().minPosition()) {
                    throw new StorageException("there is no timed message at " + position + " of the commit log");
                }
                outlet.drop(position, "it is not in the log any more");
                return true;
            }
            long slotMs = record.slotMs();
            if (slotMs < 0) {
                outlet.drop(position, "it does not say when it is due");
                return true;
            }
            if (slotMs < config.startOfSlot(nowMs)) {
                // what it recalls has come, or comes now
                return record.recalls() != null || isDelivered(record.view(), Long.MAX_VALUE);
            }
            append(at, record, config.startOfSlot(slotMs));
            return true;
        }
    }

    private void append(Work at, TimerRecord record, long dueMs) {
        long noted = config.startOfSlot(nowMs);
        long window = config.windowMs();
        int magic = TimerUnit.PLAIN | (record.recalls() == null ? 0 : TimerUnit.RECALLS);
        long slotMs = dueMs;
        if (dueMs - noted >= window) {
            magic |= TimerUnit.ROLLS;
            // so that there is time enough for the last turn
            long turn = dueMs - noted - window < window / 3 ? window / 2 / widthMs * widthMs : window;
            slotMs = noted + turn;
        }
        TimerWheel wheel = at.files.wheel();
        TimerUnit unit = new TimerUnit(
                wheel.last(slotMs),
                magic,
                noted,
                (int) (slotMs - noted),
                record.view().physicalOffset(),
                record.view().totalSize(),
                record.topicHash());
        if (at.files.log().isFull()) {
            at.files.log().dropBefore(stores.log().minPosition());
        }
        add(at.files, unit);
        at.slotMs = Math.min(at.slotMs, slotMs);
        tools.metrics.noted.increment();
    }

    private static void add(TimerFiles files, TimerUnit unit) {
        long at = files.log().append(unit);
        try {
            files.wheel().add(at, unit);
        } catch (StorageException e) {
            // the record is noted again, and a mark until then must not tell of this entry
            files.log().takeBack(at);
            throw e;
        }
    }

    @Override
    public long idleNanos() {
        Work at = work();
        long idle = outlet.idleNanos();
        if (idle == 0) {
            long slotMs = at.files.wheel().nextFrom(at.slotMs);
            idle = slotMs == Long.MAX_VALUE
                    ? Long.MAX_VALUE
                    : Math.max(0, slotMs + widthMs - clock().millis()) * 1_000_000L;
        }
        idle = Math.min(idle, at.keeper.idleNanos());
        return idle == Long.MAX_VALUE ? idle : Math.min(idle, LONGEST_PARK_NANOS);
    }

    @Override
    public void onClose() throws InterruptedException {
        Work at = work;
        if (at != null) {
            at.keeper.end(mark(at), Math.max(outlet.reached(), at.read));
        }
    }
}
