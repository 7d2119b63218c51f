package io.firn.broker.record;

import java.nio.charset.StandardCharsets;

/** The number a tag is filtered by: {@link String#hashCode()} of its text, computed from UTF-8 without the string. */
public final class TagHash {

    private static final int HASH_STEP = 31;

    private TagHash() {}

    /** The hash of all bytes. */
    public static int of(byte[] utf8) {
        return of(utf8, 0, utf8.length);
    }

    /** The hash of {@code length} bytes from {@code from}. Allocates only for text beyond ASCII. */
    public static int of(byte[] utf8, int from, int length) {
        int hash = 0;
        for (int i = from; i < from + length; i++) {
            if (utf8[i] < 0) {
                // tags beyond ASCII are rare and need UTF-16 units
                return new String(utf8, from, length, StandardCharsets.UTF_8).hashCode();
            }
            hash = HASH_STEP * hash + utf8[i];
        }
        return hash;
    }
}
