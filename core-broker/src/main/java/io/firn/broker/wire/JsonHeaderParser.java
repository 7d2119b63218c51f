package io.firn.broker.wire;

import io.firn.broker.wire.ProtocolException.Reason;

/**
 * Reads a JSON header in one pass into a {@link HeaderTable}. Strict about structure (RFC 8259), lenient about types
 * where fastjson is: numbers and booleans as ext values, quoted integers, unknown fields of any shape; of a field that
 * comes twice the last counts. Owner: the io thread of its connection. Allocates nothing unless the header is broken.
 */
final class JsonHeaderParser {
    private final HeaderTable table;
    private final JsonScanner in = new JsonScanner();

    JsonHeaderParser(HeaderTable table) {
        this.table = table;
    }

    /** Parses the header that lies at the start of the table's array. */
    void parse() {
        in.start(table.bytes, table.length);
        in.expect('{', "a JSON object");
        if (in.peek() == '}') {
            in.expect('}', "'}'");
        } else {
            do {
                in.expect('"', "a field name");
                int key = in.string();
                int keyLength = in.textLength();
                in.expect(':', "':'");
                member(key, keyLength);
            } while (in.another('}'));
        }
        in.expectEnd();
    }

    private void member(int key, int length) {
        switch (length) {
            case 4 -> {
                if (is("code", key, length)) {
                    table.code = integer("code");
                } else if (is("flag", key, length)) {
                    table.flag = integer("flag");
                } else {
                    in.skipValue();
                }
            }
            case 6 -> {
                if (is("opaque", key, length)) {
                    table.opaque = integer("opaque");
                } else if (is("remark", key, length)) {
                    remark();
                } else {
                    in.skipValue();
                }
            }
            default -> rareMember(key, length);
        }
    }

    private void rareMember(int key, int length) {
        if (is("extFields", key, length)) {
            extFields();
        } else if (is("language", key, length)) {
            language();
        } else if (is("version", key, length)) {
            table.version = integer("version");
        } else {
            in.skipValue();
        }
    }

    private boolean is(String name, int key, int length) {
        return Ascii.equals(name, table.bytes, key, length);
    }

    private void remark() {
        if (in.openString()) {
            table.remarkStart = in.string();
            table.remarkLength = in.textLength();
        } else {
            skipNull("remark", "a string");
            table.remarkLength = HeaderTable.NULL;
        }
    }

    private void language() {
        byte first = in.peek();
        if (in.openString()) {
            int start = in.string();
            table.language = LanguageCode.ofName(table.bytes, start, in.textLength());
        } else if (first == '-' || JsonScanner.isDigit(first)) {
            table.language = LanguageCode.ofByte(integer("language"));
        } else {
            skipNull("language", "a string");
            table.language = LanguageCode.JAVA;
        }
    }

    private void extFields() {
        table.clearEntries();
        if (in.peek() != '{') {
            skipNull("extFields", "an object");
            return;
        }
        in.expect('{', "'{'");
        if (in.peek() == '}') {
            in.expect('}', "'}'");
            return;
        }
        do {
            in.expect('"', "an ext field name");
            int key = in.string();
            int keyLength = in.textLength();
            in.expect(':', "':'");
            extValue(key, keyLength);
        } while (in.another('}'));
    }

    private void extValue(int key, int keyLength) {
        if (in.openString()) {
            int value = in.string();
            table.add(key, keyLength, value, in.textLength());
            return;
        }
        byte first = in.peek();
        int start = in.position();
        in.skipValue();
        table.add(key, keyLength, start, first == 'n' ? HeaderTable.NULL : in.position() - start);
    }

    /** An integer of 32 bits, bare or quoted; null counts as 0. */
    private int integer(String field) {
        int start;
        int length;
        if (in.openString()) {
            start = in.string();
            length = in.textLength();
        } else {
            byte first = in.peek();
            start = in.position();
            in.skipValue();
            length = in.position() - start;
            if (first == 'n') {
                return 0;
            }
        }
        if (Ascii.isLong(table.bytes, start, length)) {
            long value = Ascii.toLong(table.bytes, start, length);
            if (value == (int) value) {
                return (int) value;
            }
        }
        throw new ProtocolException(Reason.HEADER_VALUE, "header field '" + field + "' is not an integer of 32 bits");
    }

    private void skipNull(String field, String expected) {
        byte first = in.peek();
        in.skipValue();
        if (first != 'n') {
            throw new ProtocolException(Reason.HEADER_VALUE, "header field '" + field + "' is not " + expected);
        }
    }
}
