package io.firn.bench;

import java.lang.foreign.Arena;

/** The machine's free memory before a measurement. */
final class Memory {
    private static final long PIECE_BYTES = 1L << 28;

    private Memory() {}

    /**
     * Takes memory, touches it and gives it back. A virtual machine may have handed what was free to its host: getting
     * a page back is several microseconds of the host's work, which would be counted for the broker that touched it.
     */
    static void recall(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            for (long taken = 0; taken < bytes; taken += PIECE_BYTES) {
                // the arena zeroes, hence touches, what it allocates
                if (!arena.allocate(PIECE_BYTES).isNative()) {
                    throw new BenchException("memory is not the machine's");
                }
            }
        }
    }
}
