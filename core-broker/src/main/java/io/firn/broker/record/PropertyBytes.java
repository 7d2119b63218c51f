package io.firn.broker.record;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

    /** Separators are looked for eight bytes at a time: the lowest byte of a word that is zero is found exactly. */
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

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
        return findFrom(0, name);
    }

    /** As {@link #find}; of a name that comes more than once, the last, which is the one that clients see. */
    public boolean findLast(byte[] name) {
        boolean found = findFrom(0, name);
        boolean again = found;
        while (again) {
            again = findFrom(foundEnd + 1, name);
        }
        return found;
    }

    private boolean findFrom(int start, byte[] name) {
        int at = start;
        while (at < length) {
            int end = indexOf(bytes, PAIR_END, at, length);
            int separator = at + name.length;
            if (separator + 1 < end
                    && bytes[separator] == VALUE_START
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
            int end = indexOf(bytes, PAIR_END, at, length);
            int separator = indexOf(bytes, VALUE_START, at, end);
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

    /** The first place of {@code wanted} in {@code source} from {@code from} on; {@code to} when it is not before that. */
    public static int indexOf(byte[] source, byte wanted, int from, int to) {
        int i = from;
        for (long pattern = ONES * wanted; i + Long.BYTES <= to; i += Long.BYTES) {
            long word = (long) WORDS.get(source, i) ^ pattern;
            long hits = (word - ONES) & ~word & HIGHS;
            if (hits != 0) {
                return i + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
        }
        while (i < to && source[i] != wanted) {
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
