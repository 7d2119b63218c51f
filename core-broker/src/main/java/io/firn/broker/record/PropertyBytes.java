package io.firn.broker.record;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A message's properties as they are stored and sent: {@code name 01 value 02} repeated, UTF-8. A growable buffer that
 * keeps what it was given byte for byte and changes only what it is told to. Pairs without a value separator, or with
 * an empty name or value, are kept but never found. Owner: one thread; reuse it with {@link #load}.
 */
public final class PropertyBytes {

    /** Between a name and its value. */
    public static final byte VALUE_START = 1;
    /** Behind a value; the last one may lack it. */
    public static final byte PAIR_END = 2;

    private byte[] bytes = new byte[256];
    private int length;
    private int foundPair;
    private int foundValue;
    private int foundEnd;

    /** Replaces the content by {@code count} bytes of {@code source} from {@code from}. */
    public PropertyBytes load(byte[] source, int from, int count) {
        reserve(count);
        System.arraycopy(source, from, bytes, 0, count);
        length = count;
        return this;
    }

    /** Replaces the content by {@code count} bytes of {@code source} from {@code from}. */
    public PropertyBytes load(MemorySegment source, long from, int count) {
        reserve(count);
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, from, bytes, 0, count);
        length = count;
        return this;
    }

    /** Forgets everything. */
    public void clear() {
        length = 0;
    }

    /** The bytes, from 0 to {@link #length()}; valid until the next change. */
    public byte[] array() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /** Puts all bytes into {@code target}. */
    public void copyTo(ByteBuffer target) {
        target.put(bytes, 0, length);
    }

    /** Looks for a property; when true, {@link #valueOffset()} and {@link #valueLength()} tell where its value is. */
    public boolean find(byte[] name) {
        int at = 0;
        while (at < length) {
            int end = indexOf(PAIR_END, at, length);
            int separator = indexOf(VALUE_START, at, end);
            if (separator + 1 < end
                    && separator - at == name.length
                    && Arrays.equals(bytes, at, separator, name, 0, name.length)) {
                foundPair = at;
                foundValue = separator + 1;
                foundEnd = end;
                return true;
            }
            at = end + 1;
        }
        return false;
    }

    /** After a successful {@link #find}: where the value starts in {@link #array()}. */
    public int valueOffset() {
        return foundValue;
    }

    /** After a successful {@link #find}: bytes of the value. */
    public int valueLength() {
        return foundEnd - foundValue;
    }

    /** Adds a pair at the end, after the separator that the last pair may lack. */
    public void append(byte[] name, byte[] value) {
        append(name, value, 0, value.length);
    }

    /** Adds a pair whose value is {@code count} bytes of {@code value} from {@code from}. */
    public void append(byte[] name, byte[] value, int from, int count) {
        reserve(length + name.length + count + 3);
        if (length > 0 && bytes[length - 1] != PAIR_END) {
            bytes[length++] = PAIR_END;
        }
        put(name, 0, name.length);
        bytes[length++] = VALUE_START;
        put(value, from, count);
        bytes[length++] = PAIR_END;
    }

    /** Takes a property out; false when it was not there. */
    public boolean remove(byte[] name) {
        if (!find(name)) {
            return false;
        }
        int next = Math.min(foundEnd + 1, length);
        System.arraycopy(bytes, next, bytes, foundPair, length - next);
        length -= next - foundPair;
        return true;
    }

    /** Gives a property this value, wherever it stood before. */
    public void replace(byte[] name, byte[] value) {
        boolean there = remove(name);
        while (there) {
            // the same name may have been sent twice
            there = remove(name);
        }
        append(name, value);
    }

    /** All properties as text, in order; a name that comes twice has its last value. For the cold path. */
    public Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        int at = 0;
        while (at < length) {
            int end = indexOf(PAIR_END, at, length);
            int separator = indexOf(VALUE_START, at, end);
            if (separator > at && separator + 1 < end) {
                map.put(text(at, separator), text(separator + 1, end));
            }
            at = end + 1;
        }
        return map;
    }

    /** The bytes of these properties, each pair with its end. For the cold path. */
    public static byte[] encode(Map<String, String> properties) {
        PropertyBytes target = new PropertyBytes();
        properties.forEach((name, value) ->
                target.append(name.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8)));
        return Arrays.copyOf(target.bytes, target.length);
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    private int indexOf(byte wanted, int from, int to) {
        int i = from;
        while (i < to && bytes[i] != wanted) {
            i++;
        }
        return i;
    }

    private void put(byte[] source, int from, int count) {
        System.arraycopy(source, from, bytes, length, count);
        length += count;
    }

    private void reserve(int capacity) {
        if (bytes.length < capacity) {
            bytes = Arrays.copyOf(bytes, Math.max(capacity, bytes.length * 2));
        }
    }
}
