package io.firn.broker.record;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The bytes of one stored message, in the log and in the body of a pull response alike (RocketMQ message format; big
 * endian; hosts are 8 bytes, or 20 when their bit in the system flag says IPv6):
 *
 * <pre>
 *   off  size
 *     0     4  total size of the record, this field included
 *     4     4  magic: V1 DAA320A7, V2 DAA320AB (topic length takes 2 bytes)
 *     8     4  CRC32 of the stored body, 31 bits
 *    12     4  queue id
 *    16     4  flag of the user
 *    20     8  queue offset                                  patched by the log
 *    28     8  position of byte 0 of this record in the log  patched by the log
 *    36     4  system flag, see SysFlag
 *    40     8  born timestamp, ms
 *    48     b  born host: ip (4 or 16), port (4)             b = 8 or 20
 *  48+b     8  store timestamp, ms                           patched by the log
 *  56+b     s  store host: ip (4 or 16), port (4)            s = 8 or 20
 *   +0     4  reconsume times
 *   +4     8  position of the half message of a committed transaction, or 0
 *  +12     4  body length n
 *  +16     n  body
 *          1  topic length t (V1), 2 (V2)
 *          t  topic, UTF-8
 *          2  properties length p, at most 32767
 *          p  properties: name 01 value 02 ...
 * </pre>
 *
 * A segment that has no room for the next record ends in a filler: {@code int bytes left, int CBD43194}, rest unused.
 */
public final class RecordLayout {

    /** {@code 0xDAA320A7}: the topic length takes one byte. */
    public static final int MAGIC_V1 = 0xDAA320A7;
    /** {@code 0xDAA320AB}: the topic length takes two bytes. */
    public static final int MAGIC_V2 = 0xDAA320AB;
    /** {@code 0xCBD43194}: nothing follows in this segment. */
    public static final int MAGIC_FILLER = 0xCBD43194;

    /** Bytes of a filler's head: every segment keeps this many behind its last record. */
    public static final int FILLER_BYTES = 8;
    /** The longest properties a record holds: their length is a signed short. */
    public static final int MAX_PROPERTIES = Short.MAX_VALUE;
    /** The longest topic name a record of version 1 holds: its length is a signed byte. */
    public static final int MAX_TOPIC_V1 = Byte.MAX_VALUE;
    /** Room for everything but the body; a record is at most the largest body plus this. */
    public static final int MAX_OVERHEAD = 64 * 1024;
    /** Bytes of a V1 record with IPv4 hosts, without body, topic and properties. */
    public static final int FIXED_BYTES = 91;

    static final int TOTAL_SIZE = 0;
    static final int MAGIC = 4;
    static final int BODY_CRC = 8;
    static final int QUEUE_ID = 12;
    static final int FLAG = 16;
    static final int QUEUE_OFFSET = 20;
    static final int PHYSICAL_OFFSET = 28;
    static final int SYS_FLAG = 36;
    static final int BORN_TIMESTAMP = 40;
    static final int BORN_HOST = 48;
    /** From here on: distances from the end of the born host. */
    static final int STORE_TIMESTAMP = 0;

    static final int STORE_HOST = 8;
    /** From here on: distances from the end of the store host. */
    static final int RECONSUME_TIMES = 0;

    static final int PREPARED_POSITION = 4;
    static final int BODY_LENGTH = 12;
    static final int BODY = 16;

    static final int CRC_MASK = 0x7FFFFFFF;
    static final int HOST_V4_BYTES = 8;
    static final int HOST_V6_BYTES = 20;

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private RecordLayout() {}

    /** Where the store timestamp is, from the start of a record with this system flag. */
    static int storeTimestampAt(int sysFlag) {
        return BORN_HOST + bornHostBytes(sysFlag) + STORE_TIMESTAMP;
    }

    static int bornHostBytes(int sysFlag) {
        return SysFlag.isBornHostV6(sysFlag) ? HOST_V6_BYTES : HOST_V4_BYTES;
    }

    static int storeHostBytes(int sysFlag) {
        return SysFlag.isStoreHostV6(sysFlag) ? HOST_V6_BYTES : HOST_V4_BYTES;
    }

    /**
     * Whether a record starts at {@code at} that says of itself that it has this size and stands at this log position: a
     * look at its head, for those who were sent there. At least {@link #FIXED_BYTES} must be readable.
     */
    public static boolean isHead(MemorySegment segment, long at, int size, long position) {
        return segment.get(INT, at + TOTAL_SIZE) == size && segment.get(LONG, at + PHYSICAL_OFFSET) == position;
    }

    /** The queue offset in the head of the record at {@code at}. */
    public static long queueOffset(MemorySegment segment, long at) {
        return segment.get(LONG, at + QUEUE_OFFSET);
    }

    /** Writes a filler's head at {@code at}; {@code left} counts all bytes to the segment's end, the head included. */
    public static void writeFiller(MemorySegment segment, long at, int left) {
        segment.set(INT, at, left);
        segment.set(INT, at + MAGIC, MAGIC_FILLER);
    }
}
