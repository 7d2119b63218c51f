package io.firn.broker.server;

import org.jspecify.annotations.Nullable;

/** Something to be written that was made outside the connection's io thread. A link of {@link Outbox}'s list itself. */
abstract class OutboxEntry {

    /** Owned by the outbox from the moment the entry is put. */
    @Nullable
    OutboxEntry next;

    /** The bytes of the body, for accounting. */
    abstract int bodyLength();

    /** Encodes this into the connection's output. On its io thread. */
    abstract void write(ChannelConnection connection);

    /** Gives back what this holds; the connection is closed. Any thread, instead of {@link #write}. */
    abstract void discard();
}
