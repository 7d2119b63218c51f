package io.firn.broker.queue;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parked polls by deadline, earliest first, with removal from the middle: a binary heap whose members know their slot.
 * Owner: the dispatcher's thread.
 */
final class DeadlineHeap {

    private @Nullable Parked[] slots = new Parked[64];
    private int size;

    /** A poll in the table: where it stands here, in its queue's list and among its client's polls. */
    static final class Parked {
        final ParkedPoll poll;
        final long deadlineNanos;
        final WaitingPolls queue;
        int heapSlot;
        int queueSlot;

        @Nullable
        Parked nextOfClient;

        @Nullable
        Parked previousOfClient;

        Parked(ParkedPoll poll, WaitingPolls queue) {
            this.poll = poll;
            this.deadlineNanos = poll.deadlineNanos();
            this.queue = queue;
        }

        private boolean isBefore(Parked other) {
            return deadlineNanos - other.deadlineNanos < 0;
        }
    }

    int size() {
        return size;
    }

    @Nullable
    Parked first() {
        return slots[0];
    }

    /** Adds everyone here whose client has gone. */
    void collectAbandoned(List<Parked> to) {
        for (int slot = 0; slot < size; slot++) {
            Parked parked = at(slot);
            if (parked.poll.abandoned()) {
                to.add(parked);
            }
        }
    }

    void add(Parked parked) {
        if (size == slots.length) {
            slots = Arrays.copyOf(slots, size * 2);
        }
        size++;
        up(parked, size - 1);
    }

    void remove(Parked parked) {
        int hole = parked.heapSlot;
        size--;
        Parked last = at(size);
        slots[size] = null;
        if (last == parked) {
            return;
        }
        if (hole > 0 && last.isBefore(at((hole - 1) / 2))) {
            up(last, hole);
        } else {
            down(last, hole);
        }
    }

    private void up(Parked parked, int from) {
        int slot = from;
        while (slot > 0) {
            Parked parent = at((slot - 1) / 2);
            if (!parked.isBefore(parent)) {
                break;
            }
            place(parent, slot);
            slot = (slot - 1) / 2;
        }
        place(parked, slot);
    }

    private void down(Parked parked, int from) {
        int slot = from;
        while (2 * slot + 1 < size) {
            int child = 2 * slot + 1;
            if (child + 1 < size && at(child + 1).isBefore(at(child))) {
                child++;
            }
            Parked below = at(child);
            if (!below.isBefore(parked)) {
                break;
            }
            place(below, slot);
            slot = child;
        }
        place(parked, slot);
    }

    private void place(Parked parked, int slot) {
        slots[slot] = parked;
        parked.heapSlot = slot;
    }

    private Parked at(int slot) {
        Parked parked = slots[slot];
        if (parked == null) {
            throw new IllegalStateException("heap has a hole at " + slot);
        }
        return parked;
    }
}
