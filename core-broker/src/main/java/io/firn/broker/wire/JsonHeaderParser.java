package io.firn.broker.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.firn.broker.wire.ProtocolException.Reason;

/**
 * Reads a JSON header in one pass into a {@link HeaderTable}. Strict about structure (RFC 8259), lenient about types
 * where fastjson is: numbers and booleans as ext values, quoted integers, unknown fields of any shape; of a field that
 * comes twice the last counts. Owner: the io thread of its connection. Allocates nothing unless the header is broken.
 *
 * <p>Every method takes the place of what it reads and returns the place behind it: kept in a register, a position
 * costs nothing, while in a field each token would wait for the store of the one before.
 */
final class JsonHeaderParser {
    private static final byte[] CODE = "code".getBytes(US_ASCII);
    private static final byte[] FLAG = "flag".getBytes(US_ASCII);
    private static final byte[] OPAQUE = "opaque".getBytes(US_ASCII);
    private static final byte[] REMARK = "remark".getBytes(US_ASCII);
    private static final byte[] VERSION = "version".getBytes(US_ASCII);
    private static final byte[] LANGUAGE = "language".getBytes(US_ASCII);
    private static final byte[] EXT_FIELDS = "extFields".getBytes(US_ASCII);

    /** Of {@code "x":"}. */
    private static final int LETTER_ENTRY_BYTES = 5;

    /** So many digits always fit an int. */
    private static final int SURE_DIGITS = 9;

    private final HeaderTable table;
    private final JsonScanner in = new JsonScanner();

    /** What {@link #integer} read last. */
    private int integer;

    JsonHeaderParser(HeaderTable table) {
        this.table = table;
    }

    /** Parses the header that lies at the start of the table's array. */
    void parse() {
        in.start(table.bytes, table.length);
        int at = in.first(in.skip(0, '{', "a JSON object"));
        if (table.bytes[at] == '}') {
            in.requireEnd(at + 1);
            return;
        }
        byte separator;
        do {
            int key = in.skip(at, '"', "a field name");
            int behind = in.string(key);
            int keyLength = in.textLength();
            at = in.separator(member(key, keyLength, in.first(in.skip(behind, ':', "':'"))));
            separator = table.bytes[at++];
        } while (separator == ',');
        in.requireEnd(at);
    }

    private int member(int key, int length, int value) {
        switch (length) {
            case 4 -> {
                if (is(CODE, key, length)) {
                    int behind = integer(value, "code");
                    table.code = integer;
                    return behind;
                }
                if (is(FLAG, key, length)) {
                    int behind = integer(value, "flag");
                    table.flag = integer;
                    return behind;
                }
            }
            case 6 -> {
                if (is(OPAQUE, key, length)) {
                    int behind = integer(value, "opaque");
                    table.opaque = integer;
                    return behind;
                }
                if (is(REMARK, key, length)) {
                    return remark(value);
                }
            }
            case 7 -> {
                if (is(VERSION, key, length)) {
                    int behind = integer(value, "version");
                    table.version = integer;
                    return behind;
                }
            }
            case 8 -> {
                if (is(LANGUAGE, key, length)) {
                    return language(value);
                }
            }
            default -> {
                if (is(EXT_FIELDS, key, length)) {
                    return extFields(value);
                }
            }
        }
        return in.value(value);
    }

    private boolean is(byte[] name, int key, int length) {
        return Ascii.equals(name, table.bytes, key, length);
    }

    private int remark(int value) {
        if (table.bytes[value] != '"') {
            table.remarkLength = HeaderTable.NULL;
            return requireNull(value, "remark", "a string");
        }
        int behind = in.string(value + 1);
        table.remarkStart = value + 1;
        table.remarkLength = in.textLength();
        return behind;
    }

    private int language(int value) {
        byte first = table.bytes[value];
        if (first == '"') {
            int behind = in.string(value + 1);
            table.language = LanguageCode.ofName(table.bytes, value + 1, in.textLength());
            return behind;
        }
        if (first == '-' || JsonScanner.isDigit(first)) {
            int behind = integer(value, "language");
            table.language = LanguageCode.ofByte(integer);
            return behind;
        }
        table.language = LanguageCode.JAVA;
        return requireNull(value, "language", "a string");
    }

    private int extFields(int value) {
        table.clearEntries();
        byte[] bytes = table.bytes;
        if (bytes[value] != '{') {
            return requireNull(value, "extFields", "an object");
        }
        int at = in.first(value + 1);
        if (bytes[at] == '}') {
            return at + 1;
        }
        byte separator;
        do {
            at = in.separator(isLetterWithText(bytes, at) ? letterEntry(at) : entry(at));
            separator = bytes[at++];
        } while (separator == ',');
        return at;
    }

    /** Whether {@code "x":"} lies here: most entries of a send and its like are named by one letter. */
    private boolean isLetterWithText(byte[] bytes, int at) {
        return at + LETTER_ENTRY_BYTES <= table.length
                && bytes[at] == '"'
                && bytes[at + 2] == '"'
                && bytes[at + 3] == ':'
                && bytes[at + 4] == '"'
                && bytes[at + 1] >= 'a'
                && bytes[at + 1] <= 'z';
    }

    private int letterEntry(int at) {
        int value = at + LETTER_ENTRY_BYTES;
        int behind = in.string(value);
        table.add(at + 1, 1, value, in.textLength());
        return behind;
    }

    private int entry(int at) {
        int key = in.skip(at, '"', "an ext field name");
        int behind = in.string(key);
        int keyLength = in.textLength();
        return extValue(key, keyLength, in.first(in.skip(behind, ':', "':'")));
    }

    private int extValue(int key, int keyLength, int value) {
        byte first = table.bytes[value];
        if (first == '"') {
            int behind = in.string(value + 1);
            table.add(key, keyLength, value + 1, in.textLength());
            return behind;
        }
        int behind = in.value(value);
        table.add(key, keyLength, value, first == 'n' ? HeaderTable.NULL : behind - value);
        return behind;
    }

    /** Reads an integer of 32 bits to {@link #integer}: up to nine digits at once, what else is allowed with more care. */
    private int integer(int value, String field) {
        byte[] bytes = table.bytes;
        int start = bytes[value] == '-' ? value + 1 : value;
        int at = start;
        int number = 0;
        while (JsonScanner.isDigit(bytes[at]) && at < start + SURE_DIGITS) {
            number = number * 10 + (bytes[at++] - '0');
        }
        if (at > start && (bytes[at] == ',' || bytes[at] == '}')) {
            integer = start > value ? -number : number;
            return at;
        }
        return unusualInteger(value, field);
    }

    /** An integer of any length, bare or quoted; null counts as 0. */
    private int unusualInteger(int value, String field) {
        int start = value;
        int behind;
        int length;
        if (table.bytes[value] == '"') {
            start++;
            behind = in.string(start);
            length = in.textLength();
        } else {
            behind = in.value(value);
            length = behind - value;
            if (table.bytes[value] == 'n') {
                integer = 0;
                return behind;
            }
        }
        if (Ascii.isLong(table.bytes, start, length)) {
            long wide = Ascii.toLong(table.bytes, start, length);
            integer = (int) wide;
            if (wide == integer) {
                return behind;
            }
        }
        throw new ProtocolException(Reason.HEADER_VALUE, "header field '" + field + "' is not an integer of 32 bits");
    }

    private int requireNull(int value, String field, String expected) {
        int behind = in.value(value);
        if (table.bytes[value] != 'n') {
            throw new ProtocolException(Reason.HEADER_VALUE, "header field '" + field + "' is not " + expected);
        }
        return behind;
    }
}
