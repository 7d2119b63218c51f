package io.firn.compaction.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * SipHash-2-4 with 128 bits (Aumasson and Bernstein, "SipHash: a fast short-input PRF"; reference vectors in the test).
 * Keyed with the queue's seed, so nobody can craft keys that collide. A flyweight of one thread.
 */
public final class KeyHash {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long seed0;
    private final long seed1;
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long high;
    private long low;

    /** A hash under the queue's two seed words. */
    public KeyHash(long seed0, long seed1) {
        this.seed0 = seed0;
        this.seed1 = seed1;
    }

    /** Hashes {@code length} bytes; the result is in {@link #high()} and {@link #low()} until the next call. */
    public void hash(byte[] bytes, int start, int length) {
        v0 = seed0 ^ 0x736f6d6570736575L;
        v1 = seed1 ^ 0x646f72616e646f6dL ^ 0xee;
        v2 = seed0 ^ 0x6c7967656e657261L;
        v3 = seed1 ^ 0x7465646279746573L;
        int whole = start + (length & ~7);
        for (int at = start; at < whole; at += Long.BYTES) {
            absorb((long) LONGS.get(bytes, at));
        }
        long last = (long) length << 56;
        for (int i = 0; i < (length & 7); i++) {
            last |= (bytes[whole + i] & 0xFFL) << (8 * i);
        }
        absorb(last);
        v2 ^= 0xee;
        rounds(4);
        high = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        rounds(4);
        low = v0 ^ v1 ^ v2 ^ v3;
    }

    private void absorb(long word) {
        v3 ^= word;
        rounds(2);
        v0 ^= word;
    }

    private void rounds(int count) {
        long a = v0;
        long b = v1;
        long c = v2;
        long d = v3;
        for (int i = 0; i < count; i++) {
            a += b;
            b = Long.rotateLeft(b, 13) ^ a;
            a = Long.rotateLeft(a, 32);
            c += d;
            d = Long.rotateLeft(d, 16) ^ c;
            a += d;
            d = Long.rotateLeft(d, 21) ^ a;
            c += b;
            b = Long.rotateLeft(b, 17) ^ c;
            c = Long.rotateLeft(c, 32);
        }
        v0 = a;
        v1 = b;
        v2 = c;
        v3 = d;
    }

    /** The first 64 bits; hashes are ordered by these, unsigned, then by {@link #low()}. */
    public long high() {
        return high;
    }

    /** The last 64 bits. */
    public long low() {
        return low;
    }
}
