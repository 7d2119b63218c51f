package io.firn.broker.queue;

import io.firn.broker.queue.DeadlineHeap.Parked;
import java.util.ArrayList;
import java.util.List;

/** The polls parked at one queue, in no order. Owner: the dispatcher's thread. */
final class WaitingPolls {

    private final List<Parked> polls = new ArrayList<>(2);

    int size() {
        return polls.size();
    }

    Parked get(int slot) {
        return polls.get(slot);
    }

    void add(Parked parked) {
        parked.queueSlot = polls.size();
        polls.add(parked);
    }

    void remove(Parked parked) {
        Parked last = polls.removeLast();
        if (last != parked) {
            polls.set(parked.queueSlot, last);
            last.queueSlot = parked.queueSlot;
        }
    }
}
