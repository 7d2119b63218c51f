package io.firn.broker.runtime;

import java.util.function.Consumer;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;

/**
 * A bounded queue from any thread to one owner. A full mailbox is an answer to the sender, never a wait.
 *
 * @param <T> what is handed over
 */
public final class Mailbox<T> {

    private final MpscAtomicArrayQueue<T> queue;

    /** Holds at least {@code capacity} items (rounded up to a power of two). */
    public Mailbox(int capacity) {
        this.queue = new MpscAtomicArrayQueue<>(Math.max(2, capacity));
    }

    /** Puts an item in; false when full. Any thread. */
    public boolean offer(T item) {
        return queue.offer(item);
    }

    /** Hands at most {@code limit} items to {@code receiver} and returns how many. Owner only. */
    public int drain(Consumer<? super T> receiver, int limit) {
        int n = 0;
        while (n < limit) {
            T item = queue.relaxedPoll();
            if (item == null) {
                break;
            }
            receiver.accept(item);
            n++;
        }
        return n;
    }

    /** How many items wait, for metrics. Any thread. */
    public int size() {
        return queue.size();
    }
}
