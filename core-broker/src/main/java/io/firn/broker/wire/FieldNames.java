package io.firn.broker.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.List;

/** A fixed set of ASCII field names that finds a name's place in it from bytes, by one hash and one comparison. */
final class FieldNames {
    private static final int SLOTS = 64;

    private final byte[][] names;
    private final byte[] slots = new byte[SLOTS];

    private FieldNames(byte[][] names) {
        this.names = names;
    }

    static FieldNames of(List<String> names) {
        if (names.size() > SLOTS / 2) {
            throw new IllegalArgumentException(names.size() + " names do not fit " + SLOTS + " slots");
        }
        FieldNames fields = new FieldNames(
                names.stream().map(name -> name.getBytes(US_ASCII)).toArray(byte[][]::new));
        Arrays.fill(fields.slots, (byte) -1);
        for (int i = 0; i < fields.names.length; i++) {
            byte[] name = fields.names[i];
            int slot = slot(name.length, name[0], name[name.length - 1]);
            while (fields.slots[slot] >= 0) {
                slot = slot + 1 & SLOTS - 1;
            }
            fields.slots[slot] = (byte) i;
        }
        return fields;
    }

    /** The index of this name in the list, or -1. */
    int indexOf(byte[] bytes, int offset, int length) {
        if (length == 0) {
            return -1;
        }
        int slot = slot(length, bytes[offset], bytes[offset + length - 1]);
        int index = slots[slot];
        while (index >= 0 && !Ascii.equals(names[index], bytes, offset, length)) {
            slot = slot + 1 & SLOTS - 1;
            index = slots[slot];
        }
        return index;
    }

    private static int slot(int length, int first, int last) {
        return length * 5 + first * 3 + last & SLOTS - 1;
    }
}
