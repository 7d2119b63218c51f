package io.firn.broker.queue;

import io.firn.broker.queue.DeadlineHeap.Parked;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Parked polls by client, so that those of a client that left are found without looking at the others. Each client's
 * polls are linked through the polls themselves. Owner: the dispatcher's thread.
 */
final class ClientPolls {

    private final IdentityHashMap<Object, Parked> firsts = new IdentityHashMap<>();

    void add(Parked parked) {
        Parked next = firsts.put(parked.poll.client(), parked);
        parked.nextOfClient = next;
        if (next != null) {
            next.previousOfClient = parked;
        }
    }

    void remove(Parked parked) {
        Parked next = parked.nextOfClient;
        Parked previous = parked.previousOfClient;
        if (next != null) {
            next.previousOfClient = previous;
        }
        if (previous != null) {
            previous.nextOfClient = next;
        } else if (next != null) {
            firsts.put(parked.poll.client(), next);
        } else {
            firsts.remove(parked.poll.client());
        }
        parked.nextOfClient = null;
        parked.previousOfClient = null;
    }

    /** Any poll of this client, null when it has none. */
    @Nullable
    Parked firstOf(Object client) {
        return firsts.get(client);
    }
}
