package io.firn.broker.filter.sql;

import io.firn.broker.record.PropertyBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A text in quotes, compared as UTF-8, which is how properties are stored. Immutable. */
final class TextLiteral implements Operand {

    private final String text;
    private final byte[] bytes;

    TextLiteral(String text) {
        this.text = text;
        this.bytes = text.getBytes(StandardCharsets.UTF_8);
    }

    String text() {
        return text;
    }

    /** Not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return bytes.length == 0;
    }

    /** Whether the value that was found in {@code message} is this text. */
    boolean equalsFound(PropertyBytes message) {
        int from = message.valueOffset();
        return Arrays.equals(message.array(), from, from + message.valueLength(), bytes, 0, bytes.length);
    }

    /** Whether the value that was found in {@code message} has this text {@code at} bytes from its start. */
    boolean standsAt(int at, PropertyBytes message) {
        int from = message.valueOffset() + at;
        return at >= 0
                && at + bytes.length <= message.valueLength()
                && Arrays.equals(message.array(), from, from + bytes.length, bytes, 0, bytes.length);
    }

    /** Whether the value that was found in {@code message} has this text, which is not empty, anywhere. */
    boolean standsIn(PropertyBytes message) {
        byte[] value = message.array();
        int end = message.valueOffset() + message.valueLength();
        int last = end - bytes.length;
        int at = PropertyBytes.indexOf(value, bytes[0], message.valueOffset(), end);
        while (at <= last) {
            if (Arrays.equals(value, at, at + bytes.length, bytes, 0, bytes.length)) {
                return true;
            }
            at = PropertyBytes.indexOf(value, bytes[0], at + 1, end);
        }
        return false;
    }

    @Override
    public String toString() {
        return "'" + text.replace("'", "''") + "'";
    }
}
