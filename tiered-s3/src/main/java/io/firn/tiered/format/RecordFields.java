package io.firn.tiered.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Fields of one stored message (RocketMQ message format, big endian) at a place of a big-endian buffer, without copying.
 * Lengths are checked once by {@link #check}; the others may then be called freely.
 *
 * <pre>
 *  0 size 4 | 4 magic 4 | 12 queue id 4 | 20 queue offset 8 | 28 position 8 | 36 system flag 4 | 40 born time 8
 *  48 born host 8 or 20 | store time 8 | store host 8 or 20 | 12 bytes | body length 4, body
 *  topic length 1 (2 in V2), topic | properties length 2, properties
 * </pre>
 */
final class RecordFields {
    static final int MAGIC_V1 = 0xDAA320A7;
    static final int MAGIC_V2 = 0xDAA320AB;
    static final int MAGIC_FILLER = 0xCBD43194;

    private static final int MIN_BYTES = 91;
    private static final int BORN_V6 = 1 << 4;
    private static final int STORE_V6 = 1 << 5;
    private static final int TRANSACTION_MASK = 3 << 2;
    private static final int TRANSACTION_PREPARED = 1 << 2;
    private static final int TRANSACTION_ROLLBACK = 3 << 2;
    private static final byte NAME_END = 1;
    private static final byte VALUE_END = 2;

    private RecordFields() {}

    static int size(ByteBuffer log, int at) {
        return log.getInt(at);
    }

    static int magic(ByteBuffer log, int at) {
        return log.getInt(at + 4);
    }

    static int queueId(ByteBuffer log, int at) {
        return log.getInt(at + 12);
    }

    static long queueOffset(ByteBuffer log, int at) {
        return log.getLong(at + 20);
    }

    static long position(ByteBuffer log, int at) {
        return log.getLong(at + 28);
    }

    private static int sysFlag(ByteBuffer log, int at) {
        return log.getInt(at + 36);
    }

    /** Prepared and rolled back halves of transactions take no queue offset. */
    static boolean isUnqueued(ByteBuffer log, int at) {
        int type = sysFlag(log, at) & TRANSACTION_MASK;
        return type == TRANSACTION_PREPARED || type == TRANSACTION_ROLLBACK;
    }

    static long storeTimeMs(ByteBuffer log, int at) {
        return log.getLong(at + 48 + hostBytes(sysFlag(log, at), BORN_V6));
    }

    private static int hostBytes(int sysFlag, int bit) {
        return (sysFlag & bit) == 0 ? 8 : 20;
    }

    private static int bodyLengthAt(ByteBuffer log, int at) {
        int flag = sysFlag(log, at);
        return at + 68 + hostBytes(flag, BORN_V6) + hostBytes(flag, STORE_V6);
    }

    static int topicAt(ByteBuffer log, int at) {
        int bodyLengthAt = bodyLengthAt(log, at);
        return bodyLengthAt + 4 + log.getInt(bodyLengthAt) + (magic(log, at) == MAGIC_V2 ? 2 : 1);
    }

    static int topicBytes(ByteBuffer log, int at) {
        int topicAt = topicAt(log, at);
        return magic(log, at) == MAGIC_V2 ? log.getShort(topicAt - 2) & 0xFFFF : log.get(topicAt - 1) & 0xFF;
    }

    static String topic(ByteBuffer log, int at) {
        byte[] utf8 = new byte[topicBytes(log, at)];
        log.get(topicAt(log, at), utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    static int propertiesAt(ByteBuffer log, int at) {
        return topicAt(log, at) + topicBytes(log, at) + 2;
    }

    static int propertiesBytes(ByteBuffer log, int at) {
        return log.getShort(propertiesAt(log, at) - 2) & 0xFFFF;
    }

    /** Whether {@code left} bytes at {@code at} begin with a record whose inner lengths add up to its size. */
    static boolean check(ByteBuffer log, int at, int left) {
        int size = size(log, at);
        if (size < MIN_BYTES || size > left || (magic(log, at) != MAGIC_V1 && magic(log, at) != MAGIC_V2)) {
            return false;
        }
        int end = at + size;
        int bodyLengthAt = bodyLengthAt(log, at);
        if (bodyLengthAt + 7 > end) {
            return false;
        }
        int body = log.getInt(bodyLengthAt);
        if (body < 0 || body > end - bodyLengthAt - 7 || topicAt(log, at) > end - 2) {
            return false;
        }
        return propertiesAt(log, at) <= end && propertiesAt(log, at) + propertiesBytes(log, at) <= end;
    }

    /** Where the value of this property begins, or -1; it ends at {@link #valueEnd}. */
    static int propertyAt(ByteBuffer log, int at, byte[] name) {
        int from = propertiesAt(log, at);
        int end = from + propertiesBytes(log, at);
        for (int p = from; p < end; p = valueEnd(log, p, end) + 1) {
            int matched = 0;
            while (matched < name.length && p + matched < end && log.get(p + matched) == name[matched]) {
                matched++;
            }
            if (matched == name.length && p + matched < end && log.get(p + matched) == NAME_END) {
                return p + matched + 1;
            }
        }
        return -1;
    }

    /** The first end mark from {@code from} on, or {@code end}. */
    static int valueEnd(ByteBuffer log, int from, int end) {
        int p = from;
        while (p < end && log.get(p) != VALUE_END) {
            p++;
        }
        return p;
    }

    /** {@link String#hashCode} of UTF-8 bytes, continued from {@code seed}; ASCII is hashed without making a string. */
    static int hash(int seed, ByteBuffer log, int from, int end) {
        int hash = seed;
        for (int p = from; p < end; p++) {
            byte b = log.get(p);
            if (b < 0) {
                return hashText(seed, log, from, end);
            }
            hash = 31 * hash + b;
        }
        return hash;
    }

    private static int hashText(int seed, ByteBuffer log, int from, int end) {
        String text = text(log, from, end);
        int hash = seed;
        for (int i = 0; i < text.length(); i++) {
            hash = 31 * hash + text.charAt(i);
        }
        return hash;
    }

    static String text(ByteBuffer log, int from, int end) {
        byte[] utf8 = new byte[end - from];
        log.get(from, utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
