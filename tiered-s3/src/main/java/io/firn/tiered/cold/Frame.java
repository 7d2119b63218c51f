package io.firn.tiered.cold;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One frame's messages, off the heap. Counted: the cache and each reader hold it once; the memory is freed by the last.
 * Any thread.
 */
final class Frame {
    private final Arena arena;
    private final ByteBuffer bytes;
    private final Runnable freed;
    private final AtomicInteger holders = new AtomicInteger(1);

    /**
     * A frame held once.
     *
     * @param bytes memory of the arena
     * @param freed told when the memory is free again
     */
    Frame(Arena arena, ByteBuffer bytes, Runnable freed) {
        this.arena = arena;
        this.bytes = bytes.asReadOnlyBuffer();
        this.freed = freed;
    }

    int length() {
        return bytes.capacity();
    }

    /** The messages; a buffer of its own each time. */
    ByteBuffer bytes() {
        return bytes.duplicate();
    }

    /** Holds it once more; only for who is sure that it is held. */
    void retain() {
        holders.incrementAndGet();
    }

    /** Whether nobody but the cache holds it. */
    boolean isIdle() {
        return holders.get() == 1;
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            arena.close();
            freed.run();
        }
    }
}
