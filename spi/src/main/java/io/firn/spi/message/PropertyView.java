package io.firn.spi.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A property's value where it stands, in UTF-8. A flyweight of the thread that asked for it: valid until the message is
 * moved on, changed or released, or another property is asked for. To keep a value, take {@link #toString()} or
 * {@link #toBytes()}.
 *
 * @since 1.0
 */
public final class PropertyView {

    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private int start;
    private int length;

    /**
     * Looks at {@code count} bytes of {@code source} from index {@code from}; neither position nor limit matter. For
     * whoever holds messages; others are handed a view.
     *
     * @throws IndexOutOfBoundsException when the bytes are not within the buffer
     * @since 1.0
     */
    public PropertyView wrap(ByteBuffer source, int from, int count) {
        Objects.checkFromIndexSize(from, count, source.capacity());
        buffer = source;
        start = from;
        length = count;
        return this;
    }

    /**
     * Bytes of the value.
     *
     * @since 1.0
     */
    public int length() {
        return length;
    }

    /**
     * One byte of the value.
     *
     * @throws IndexOutOfBoundsException when there is none
     * @since 1.0
     */
    public byte byteAt(int index) {
        Objects.checkIndex(index, length);
        return buffer.get(start + index);
    }

    /**
     * Whether the value is these bytes. Allocates nothing.
     *
     * @since 1.0
     */
    public boolean contentEquals(byte[] utf8) {
        if (utf8.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (buffer.get(start + i) != utf8[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether nothing but white space (bytes 0 to 32) is there. Allocates nothing.
     *
     * @since 1.0
     */
    public boolean isBlank() {
        for (int i = 0; i < length; i++) {
            byte b = buffer.get(start + i);
            if (b < 0 || b > ' ') {
                return false;
            }
        }
        return true;
    }

    /**
     * A copy of the bytes.
     *
     * @since 1.0
     */
    public byte[] toBytes() {
        byte[] copy = new byte[length];
        buffer.get(start, copy);
        return copy;
    }

    /** A copy as text. */
    @Override
    public String toString() {
        return new String(toBytes(), StandardCharsets.UTF_8);
    }
}
