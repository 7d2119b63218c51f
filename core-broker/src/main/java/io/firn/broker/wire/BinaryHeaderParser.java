package io.firn.broker.wire;

import io.firn.broker.wire.ProtocolException.Reason;

/**
 * Reads a header of the ROCKETMQ encoding into a {@link HeaderTable}. Big endian:
 *
 * <pre>
 *  0  code       2   signed
 *  2  language   1   ordinal of LanguageCode
 *  3  version    2   signed
 *  5  opaque     4
 *  9  flag       4
 * 13  remark     4+n length and UTF-8; length 0 is null
 *     ext        4   bytes of the entries that follow, 0 for none
 *     entry      2+n length and UTF-8 of the key
 *                4+n length and UTF-8 of the value; length 0 is null
 * </pre>
 *
 * Owner: the io thread of its connection.
 */
final class BinaryHeaderParser {
    private static final int REMARK_AT = 13;
    private static final int MIN_LENGTH = REMARK_AT + 4 + 4;

    private final HeaderTable table;

    BinaryHeaderParser(HeaderTable table) {
        this.table = table;
    }

    /** Parses the header that lies at the start of the table's array. */
    void parse() {
        if (table.length < MIN_LENGTH) {
            throw syntax("it has " + table.length + " bytes, its fixed fields alone need " + MIN_LENGTH);
        }
        table.code = shortAt(0);
        table.language = LanguageCode.ofByte(table.bytes[2]);
        table.version = shortAt(3);
        table.opaque = intAt(5);
        table.flag = intAt(9);
        int remarkLength = lengthAt(REMARK_AT, table.length - 4, "remark");
        table.remarkStart = REMARK_AT + 4;
        table.remarkLength = remarkLength == 0 ? HeaderTable.NULL : remarkLength;
        int extAt = table.remarkStart + remarkLength;
        int extLength = lengthAt(extAt, table.length, "ext map");
        int end = extAt + 4 + extLength;
        if (end != table.length) {
            throw syntax((table.length - end) + " bytes follow its ext map");
        }
        entries(extAt + 4, end);
    }

    private void entries(int start, int end) {
        int at = start;
        while (at < end) {
            if (end - at < 2) {
                throw syntax("an ext key's length is cut off");
            }
            int keyLength = shortAt(at);
            int key = at + 2;
            if (keyLength < 0 || keyLength > end - key) {
                throw syntax("ext key length " + keyLength + " with " + (end - key) + " bytes left");
            }
            int valueLength = lengthAt(key + keyLength, end, "ext value");
            int value = key + keyLength + 4;
            table.add(key, keyLength, value, valueLength == 0 ? HeaderTable.NULL : valueLength);
            at = value + valueLength;
        }
    }

    /** The length word here, checked against what is left before {@code end}. */
    private int lengthAt(int at, int end, String what) {
        if (end - at < 4) {
            throw syntax("the length of its " + what + " is cut off");
        }
        int length = intAt(at);
        if (length < 0 || length > end - at - 4) {
            throw syntax(what + " length " + length + " with " + (end - at - 4) + " bytes left");
        }
        return length;
    }

    private int shortAt(int at) {
        return table.bytes[at] << 8 | (table.bytes[at + 1] & 0xFF);
    }

    private int intAt(int at) {
        return shortAt(at) << 16 | (shortAt(at + 2) & 0xFFFF);
    }

    private static ProtocolException syntax(String what) {
        return new ProtocolException(Reason.HEADER_SYNTAX, "ROCKETMQ header: " + what);
    }
}
