package io.firn.broker.server;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** A body of read-only slices of native memory, as a log gives them, that counts how often each of its kind is closed. */
final class CountedBody implements ReplyBody {

    private final Ledger ledger;
    private final ByteBuffer[] slices;
    private final AtomicInteger closes = new AtomicInteger();

    private CountedBody(Ledger ledger, ByteBuffer[] slices) {
        this.ledger = ledger;
        this.slices = slices;
        ledger.opened.incrementAndGet();
    }

    /** Some slices of the ledger's pattern, each starting where the one before ended. */
    static CountedBody of(Ledger ledger, int slices, int sliceBytes) {
        ByteBuffer[] views = new ByteBuffer[slices];
        for (int i = 0; i < slices; i++) {
            views[i] = ledger.pattern
                    .asSlice((long) i * sliceBytes, sliceBytes)
                    .asByteBuffer()
                    .asReadOnlyBuffer();
        }
        return new CountedBody(ledger, views);
    }

    @Override
    public int length() {
        int sum = 0;
        for (ByteBuffer slice : slices) {
            sum += slice.remaining();
        }
        return sum;
    }

    @Override
    public int sliceCount() {
        return slices.length;
    }

    @Override
    public ByteBuffer slice(int index) {
        return slices[index].duplicate();
    }

    @Override
    public void close() {
        if (closes.incrementAndGet() > 1) {
            ledger.closedTwice.incrementAndGet();
        }
        ledger.closed.incrementAndGet();
    }

    /** The memory behind the bodies and how many were opened and closed. */
    static final class Ledger implements AutoCloseable {

        static final int PATTERN_BYTES = 16 << 20;

        private final Arena arena = Arena.ofShared();
        private final MemorySegment pattern = arena.allocate(PATTERN_BYTES);
        private final AtomicInteger opened = new AtomicInteger();
        private final AtomicInteger closed = new AtomicInteger();
        private final AtomicInteger closedTwice = new AtomicInteger();

        Ledger() {
            for (int i = 0; i < PATTERN_BYTES; i++) {
                pattern.set(ValueLayout.JAVA_BYTE, i, at(i));
            }
        }

        /** The byte at this place of the pattern. */
        static byte at(int index) {
            return (byte) (index * 31 + (index >>> 8) * 7 + (index >>> 16));
        }

        int opened() {
            return opened.get();
        }

        int closed() {
            return closed.get();
        }

        /** True when every body was closed, each once. */
        boolean isBalanced() {
            return opened.get() == closed.get() && closedTwice.get() == 0;
        }

        @Override
        public void close() {
            arena.close();
        }
    }
}
