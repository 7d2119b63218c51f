package io.firn.broker.server;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What other threads want written on one connection: a lock-free stack linked through its entries, taken as a whole and
 * turned round by the io thread. Costs one reference per idle connection and nothing per entry. Whoever puts into an
 * empty outbox has to wake the io thread, so there is one wake-up for all that come before it takes them.
 */
final class Outbox {

    private final AtomicReference<@Nullable OutboxEntry> newest = new AtomicReference<>();

    /** Any thread. True when the outbox was empty: the caller must schedule a drain. */
    boolean put(OutboxEntry entry) {
        OutboxEntry head = newest.get();
        while (true) {
            entry.next = head;
            if (newest.compareAndSet(head, entry)) {
                return head == null;
            }
            head = newest.get();
        }
    }

    /** All entries, oldest first, linked by {@code next}; null when there are none. */
    @Nullable
    OutboxEntry takeAll() {
        OutboxEntry entry = newest.getAndSet(null);
        OutboxEntry oldest = null;
        while (entry != null) {
            OutboxEntry older = entry.next;
            entry.next = oldest;
            oldest = entry;
            entry = older;
        }
        return oldest;
    }
}
