package io.firn.compaction.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds one property at a time in a record's {@code name 01 value 02 ...}. A flyweight over a copy of the properties: a
 * plain array of some hundred bytes is quicker to walk than mapped memory, and nothing is allocated per record.
 */
final class PropertyScan {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte NAME_END = 1;
    private static final byte VALUE_END = 2;
    private static final long EACH = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;

    /** The longest properties and one word of slack, which {@link #valueEnd} may look at. */
    private final byte[] bytes = new byte[Short.MAX_VALUE + Long.BYTES];

    private int length;
    private int start;
    private int end;

    /** Takes a copy of the properties of the record {@code frame} stands at. */
    void load(FrameReader frame) {
        length = frame.propertiesLength();
        frame.copyProperties(bytes);
    }

    /** Looks for a property; when it is there its value is at {@link #start()} to {@link #end()}. */
    boolean find(byte[] name) {
        int at = 0;
        while (at < length) {
            int after = at + name.length;
            if (after < length && bytes[after] == NAME_END && startsWith(name, at)) {
                start = after + 1;
                end = valueEnd(start);
                return true;
            }
            at = valueEnd(at) + 1;
        }
        return false;
    }

    private boolean startsWith(byte[] name, int at) {
        for (int i = 0; i < name.length; i++) {
            if (bytes[at + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    /** Where the next {@code 02} is, eight bytes at a time; the end of the properties when there is none. */
    private int valueEnd(int from) {
        for (int at = from; at < length; at += Long.BYTES) {
            long word = (long) LONGS.get(bytes, at) ^ EACH * VALUE_END;
            long hit = (word - EACH) & ~word & TOPS;
            if (hit != 0) {
                return Math.min(length, at + (Long.numberOfTrailingZeros(hit) >>> 3));
            }
        }
        return length;
    }

    byte[] bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }
}
