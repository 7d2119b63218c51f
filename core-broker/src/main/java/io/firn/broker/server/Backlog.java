package io.firn.broker.server;

import org.jspecify.annotations.Nullable;

/**
 * What the outbox gave and the peer does not take yet, oldest first. Its entries are not encoded, so a slow peer costs
 * no buffers. Owner: the connection's io thread; {@link #bytes} may be read by others, a little behind.
 */
final class Backlog {

    private @Nullable OutboxEntry oldest;
    private @Nullable OutboxEntry newest;
    private long bytes;

    /** Puts these linked entries behind what is there. */
    void append(@Nullable OutboxEntry first) {
        OutboxEntry last = oldest == null ? null : newest;
        for (OutboxEntry entry = first; entry != null; entry = entry.next) {
            bytes += entry.bodyLength();
            if (last == null) {
                oldest = entry;
            } else {
                last.next = entry;
            }
            last = entry;
        }
        newest = last;
    }

    /** Removes the oldest entry; null when there is none. */
    @Nullable
    OutboxEntry poll() {
        OutboxEntry entry = oldest;
        if (entry != null) {
            oldest = entry.next;
            entry.next = null;
            bytes -= entry.bodyLength();
        }
        return entry;
    }

    boolean isEmpty() {
        return oldest == null;
    }

    /** Sum of the bodies. */
    long bytes() {
        return bytes;
    }

    /** Gives back what linked entries hold; they will not be sent. */
    static void discard(@Nullable OutboxEntry first) {
        OutboxEntry entry = first;
        while (entry != null) {
            OutboxEntry next = entry.next;
            entry.discard();
            entry = next;
        }
    }
}
