package io.firn.spi.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A property's name together with its bytes, so that looking one up encodes nothing. Make one per name and keep it.
 * Immutable; any thread.
 *
 * @since 1.0
 */
public final class PropertyName {

    /** The message's tag. */
    public static final PropertyName TAGS = of("TAGS");

    /** The message's keys, separated by spaces. */
    public static final PropertyName KEYS = of("KEYS");

    /** The id the client gave the message. */
    public static final PropertyName UNIQ_KEY = of("UNIQ_KEY");

    private static final char SEPARATOR_NAME = '\u0001';
    private static final char SEPARATOR_PAIR = '\u0002';

    private final String name;
    private final byte[] utf8;

    private PropertyName(String name) {
        this.name = name;
        this.utf8 = name.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A name.
     *
     * @throws IllegalArgumentException when it is empty or has a character that separates properties (1, 2)
     * @since 1.0
     */
    public static PropertyName of(String name) {
        if (name.isEmpty() || name.indexOf(SEPARATOR_NAME) >= 0 || name.indexOf(SEPARATOR_PAIR) >= 0) {
            throw new IllegalArgumentException("not a property name: '" + name + "'");
        }
        return new PropertyName(name);
    }

    /**
     * Bytes of the name in UTF-8.
     *
     * @since 1.0
     */
    public int length() {
        return utf8.length;
    }

    /**
     * One byte of the name in UTF-8.
     *
     * @throws IndexOutOfBoundsException when there is none
     * @since 1.0
     */
    public byte byteAt(int index) {
        return utf8[index];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PropertyName that && Arrays.equals(utf8, that.utf8);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** The name. */
    @Override
    public String toString() {
        return name;
    }
}
