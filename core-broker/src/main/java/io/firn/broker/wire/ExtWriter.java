package io.firn.broker.wire;

import org.jspecify.annotations.Nullable;

/**
 * Takes the ext entries of one outgoing command, in whichever encoding its frame has. Every value travels as text:
 * numbers in decimal, booleans as {@code true} or {@code false}. Allocates nothing but for growing once.
 */
public interface ExtWriter {
    void put(ExtKey key, long value);

    void put(ExtKey key, boolean value);

    /** Puts the text, or nothing when it is null. */
    void put(ExtKey key, @Nullable String value);

    /** Puts the first {@code length} bytes, which must be ASCII. */
    void put(ExtKey key, byte[] ascii, int length);
}
