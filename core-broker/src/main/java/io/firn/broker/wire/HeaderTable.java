package io.firn.broker.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One decoded header: its fixed fields, and where in {@link #bytes} each ext entry lies. Both encodings end up here, so
 * nobody behind the parsers needs to know which one a peer chose. Texts are UTF-8 and already unescaped. Owner: the
 * connection's io thread, or whoever holds a detached copy; only the two parsers write the fields.
 */
final class HeaderTable {
    static final int NULL = -1;

    /** Far above what any client sends (about 30), far below what would hurt. */
    private static final int MAX_ENTRIES = 4096;

    private static final int INITIAL_ENTRIES = 32;

    /** Array room behind the header: a sentinel, and space to read eight bytes at a time. */
    private static final int SLACK_BYTES = 16;

    /** What is kept for the next header; a rare larger one gets an array of its own. */
    private static final int KEPT_BYTES = 64 * 1024;

    private static final int INITIAL_BYTES = 1024;
    private static final int STRIDE = 2;

    byte[] bytes = new byte[INITIAL_BYTES];
    int length;
    SerializeType serializeType = SerializeType.JSON;
    int code;
    LanguageCode language = LanguageCode.JAVA;
    int version;
    int opaque;
    int flag;
    int remarkStart;
    int remarkLength = NULL;

    /** Per entry where its key is and where its value: start in the upper half, length or NULL in the lower. */
    private long[] spans = new long[INITIAL_ENTRIES * STRIDE];

    private int count;

    /**
     * Forgets the last header and makes room for one of this many bytes, which the caller copies to the array's start.
     * Behind it stand a NUL, which is part of no JSON outside its strings, and a quote, which ends any string: scanning
     * stops there without asking at every byte where the end is.
     */
    void reset(SerializeType type, int headerLength) {
        if (bytes.length < headerLength + SLACK_BYTES) {
            bytes = new byte[headerLength + SLACK_BYTES];
        } else if (bytes.length > KEPT_BYTES && headerLength < KEPT_BYTES / 2) {
            bytes = new byte[KEPT_BYTES / 2 + SLACK_BYTES];
        }
        bytes[headerLength] = 0;
        bytes[headerLength + 1] = '"';
        serializeType = type;
        length = headerLength;
        code = 0;
        language = LanguageCode.JAVA;
        version = 0;
        opaque = 0;
        flag = 0;
        remarkLength = NULL;
        count = 0;
    }

    void clearEntries() {
        count = 0;
    }

    void add(int keyStart, int keyLength, int valueStart, int valueLength) {
        if (count == MAX_ENTRIES) {
            throw new ProtocolException(
                    ProtocolException.Reason.HEADER_LIMIT, "header holds more than " + MAX_ENTRIES + " ext fields");
        }
        int at = count++ * STRIDE;
        if (at == spans.length) {
            spans = Arrays.copyOf(spans, at * 2);
        }
        spans[at + 1] = span(valueStart, valueLength);
        spans[at] = span(keyStart, keyLength);
    }

    private static long span(int start, int length) {
        return (long) start << Integer.SIZE | Integer.toUnsignedLong(length);
    }

    int count() {
        return count;
    }

    int keyStart(int entry) {
        return (int) (spans[entry * STRIDE] >> Integer.SIZE);
    }

    int keyLength(int entry) {
        return (int) spans[entry * STRIDE];
    }

    int valueStart(int entry) {
        return (int) (spans[entry * STRIDE + 1] >> Integer.SIZE);
    }

    /** Bytes of the value, or {@link #NULL}. */
    int valueLength(int entry) {
        return (int) spans[entry * STRIDE + 1];
    }

    /** The entry of this name, or -1. Of several the last counts. */
    int find(String name) {
        for (int i = count - 1; i >= 0; i--) {
            if (Ascii.equals(name, bytes, keyStart(i), keyLength(i))) {
                return valueLength(i) == NULL ? -1 : i;
            }
        }
        return -1;
    }

    String key(int entry) {
        return new String(bytes, keyStart(entry), keyLength(entry), StandardCharsets.UTF_8);
    }

    @Nullable
    String value(int entry) {
        int size = valueLength(entry);
        return size == NULL ? null : new String(bytes, valueStart(entry), size, StandardCharsets.UTF_8);
    }

    @Nullable
    String remark() {
        return remarkLength == NULL ? null : new String(bytes, remarkStart, remarkLength, StandardCharsets.UTF_8);
    }

    long longValue(int entry) {
        int start = valueStart(entry);
        int size = valueLength(entry);
        if (size > 0 && size <= Ascii.SURE_DIGITS) {
            long value = Ascii.plainDigits(bytes, start, size);
            if (value >= 0) {
                return value;
            }
        }
        if (!Ascii.isLong(bytes, start, size)) {
            throw malformed(entry, "an integer");
        }
        return Ascii.toLong(bytes, start, size);
    }

    int intValue(int entry) {
        long value = longValue(entry);
        if (value != (int) value) {
            throw malformed(entry, "an integer of 32 bits");
        }
        return (int) value;
    }

    boolean booleanValue(int entry) {
        int start = valueStart(entry);
        int size = valueLength(entry);
        if (Ascii.equalsIgnoreCase("true", bytes, start, size)) {
            return true;
        }
        if (Ascii.equalsIgnoreCase("false", bytes, start, size)) {
            return false;
        }
        throw malformed(entry, "true or false");
    }

    RequestException missing(String name) {
        return new RequestException(
                ResponseCode.SYSTEM_ERROR, "header field '" + name + "' of request " + code + " is missing");
    }

    RequestException malformed(int entry, String expected) {
        return new RequestException(
                ResponseCode.SYSTEM_ERROR,
                "header field '" + key(entry) + "' of request " + code + " is '" + value(entry) + "', expected "
                        + expected);
    }

    /** A copy that shares nothing with this one. */
    HeaderTable copy() {
        HeaderTable copy = new HeaderTable();
        copy.bytes = Arrays.copyOf(bytes, length);
        copy.length = length;
        copy.serializeType = serializeType;
        copy.code = code;
        copy.language = language;
        copy.version = version;
        copy.opaque = opaque;
        copy.flag = flag;
        copy.remarkStart = remarkStart;
        copy.remarkLength = remarkLength;
        copy.spans = Arrays.copyOf(spans, count * STRIDE);
        copy.count = count;
        return copy;
    }
}
