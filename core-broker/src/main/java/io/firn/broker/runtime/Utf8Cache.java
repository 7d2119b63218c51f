package io.firn.broker.runtime;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Turns UTF-8 bytes into strings without allocating when the same text was seen lately: names of topics and groups
 * come with every request and are few. A direct-mapped table; owner: one thread.
 */
public final class Utf8Cache {

    private static final int LONGEST = 255;

    private final byte[] @Nullable [] bytes;
    private final @Nullable String[] texts;
    private final byte[] scratch = new byte[LONGEST];

    /** Remembers up to {@code slots} texts, rounded up to a power of two. */
    public Utf8Cache(int slots) {
        int size = Integer.highestOneBit(Math.max(2, slots) * 2 - 1);
        this.bytes = new byte[size][];
        this.texts = new String[size];
    }

    /** The text of {@code length} bytes of {@code source} from {@code from}. */
    public String get(byte[] source, int from, int length) {
        int hash = 1;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + source[i];
        }
        int slot = (hash ^ (hash >>> 15)) & (texts.length - 1);
        byte[] known = bytes[slot];
        String text = texts[slot];
        if (known != null && text != null && matches(known, source, from, length)) {
            return text;
        }
        String fresh = new String(source, from, length, StandardCharsets.UTF_8);
        if (length <= LONGEST) {
            byte[] copy = new byte[length];
            System.arraycopy(source, from, copy, 0, length);
            bytes[slot] = copy;
            texts[slot] = fresh;
        }
        return fresh;
    }

    /** The text of {@code length} bytes of {@code source} from {@code from}. */
    public String get(MemorySegment source, long from, int length) {
        byte[] buffer = length <= LONGEST ? scratch : new byte[length];
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, from, buffer, 0, length);
        return get(buffer, 0, length);
    }

    private static boolean matches(byte[] known, byte[] source, int from, int length) {
        return known.length == length && java.util.Arrays.equals(known, 0, length, source, from, from + length);
    }
}
