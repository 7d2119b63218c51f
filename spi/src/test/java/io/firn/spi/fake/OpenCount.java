package io.firn.spi.fake;

import java.util.concurrent.atomic.AtomicInteger;

/** How many things are open. Any thread. */
final class OpenCount {

    private final AtomicInteger open = new AtomicInteger();

    int get() {
        return open.get();
    }

    /** One more; the handle counts it down once. */
    Handle open() {
        open.incrementAndGet();
        return new Handle();
    }

    /** One open thing. */
    final class Handle {

        private boolean closed;

        synchronized void requireOpen() {
            if (closed) {
                throw new IllegalStateException("closed already");
            }
        }

        synchronized void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
            }
        }
    }
}
