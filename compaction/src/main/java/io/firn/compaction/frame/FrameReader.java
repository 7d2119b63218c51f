package io.firn.compaction.frame;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * The fields of one record that compaction looks at, read in place. A flyweight: {@link #read} moves it. Layout (RocketMQ
 * message format, big endian; b and s are 8, or 20 when bit 4 or bit 5 of the system flag says IPv6):
 *
 * <pre>
 *   off  size
 *     0     4  total size            36     4  system flag
 *     4     4  magic V1 / V2         40     8  born timestamp
 *     8     4  CRC32 of the body     48     b  born host
 *    12     4  queue id            48+b     8  store timestamp, ms
 *    16     4  flag                56+b     s  store host
 *    20     8  queue offset          +0    12  reconsume times, position of the half message
 *    28     8  position in the log  +12   4+n  body length, body
 *                                        1|2+t  topic length (1 byte in V1, 2 in V2), topic
 *                                          2+p  properties length, properties: name 01 value 02 ...
 * </pre>
 */
public final class FrameReader {

    /** {@code 0xDAA320A7}: the topic length takes one byte. */
    public static final int MAGIC_V1 = 0xDAA320A7;
    /** {@code 0xDAA320AB}: the topic length takes two bytes. */
    public static final int MAGIC_V2 = 0xDAA320AB;
    /** No record is smaller: V1, IPv4, nothing in it. */
    public static final int MIN_BYTES = 91;

    private static final int BORN_V6 = 0x10;
    private static final int STORE_V6 = 0x20;
    private static final int V4_BYTES = 8;
    private static final int V6_BYTES = 20;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final CRC32 crc = new CRC32();
    private MemorySegment memory = MemorySegment.ofArray(new byte[0]);
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private long at;
    private int size;
    private long storeTime;
    private long bodyAt;
    private int bodyLength;
    private long propertiesAt;
    private int propertiesLength;

    /** Moves to the record at {@code at}; the fields may be asked for when the answer is {@link FrameFault#NONE}. */
    public FrameFault read(MemorySegment source, long start) {
        if (!source.equals(memory)) {
            memory = source;
            buffer = source.byteSize() <= Integer.MAX_VALUE ? source.asByteBuffer() : ByteBuffer.allocate(0);
        }
        at = start;
        long left = source.byteSize() - start;
        if (left < MIN_BYTES) {
            return FrameFault.SHORT;
        }
        int magic = source.get(INT, start + 4);
        if (magic != MAGIC_V1 && magic != MAGIC_V2) {
            return FrameFault.MAGIC;
        }
        size = source.get(INT, start);
        if (size < MIN_BYTES) {
            return FrameFault.LENGTH;
        }
        return size > left ? FrameFault.SHORT : readFields(magic);
    }

    private FrameFault readFields(int magic) {
        int sysFlag = memory.get(INT, at + 36);
        long end = at + size;
        long storeTimeAt = at + 48 + ((sysFlag & BORN_V6) != 0 ? V6_BYTES : V4_BYTES);
        long bodyLengthAt = storeTimeAt + 8 + ((sysFlag & STORE_V6) != 0 ? V6_BYTES : V4_BYTES) + 12;
        int topicLengthBytes = magic == MAGIC_V1 ? 1 : 2;
        if (bodyLengthAt + 4 + topicLengthBytes + 2 > end) {
            return FrameFault.LENGTH;
        }
        storeTime = memory.get(LONG, storeTimeAt);
        bodyLength = memory.get(INT, bodyLengthAt);
        bodyAt = bodyLengthAt + 4;
        long topicAt = bodyAt + bodyLength;
        if (bodyLength < 0 || topicAt + topicLengthBytes + 2 > end) {
            return FrameFault.LENGTH;
        }
        int topicLength = magic == MAGIC_V1 ? memory.get(ValueLayout.JAVA_BYTE, topicAt) : memory.get(SHORT, topicAt);
        long propertiesLengthAt = topicAt + topicLengthBytes + topicLength;
        if (topicLength < 0 || propertiesLengthAt + 2 > end) {
            return FrameFault.LENGTH;
        }
        propertiesLength = memory.get(SHORT, propertiesLengthAt);
        propertiesAt = propertiesLengthAt + 2;
        return propertiesLength < 0 || propertiesAt + propertiesLength != end ? FrameFault.LENGTH : FrameFault.NONE;
    }

    /** Reads as {@link #read} does, and compares with what an index says about the record. */
    public FrameFault read(MemorySegment source, long start, int expectedSize, long expectedOffset) {
        FrameFault fault = read(source, start);
        if (fault != FrameFault.NONE) {
            return fault;
        }
        if (size != expectedSize) {
            return FrameFault.SIZE;
        }
        return queueOffset() == expectedOffset ? FrameFault.NONE : FrameFault.OFFSET;
    }

    /**
     * Compares two fields of a record with what an index says about it, without a flyweight: enough to know that neither has
     * been mixed up.
     */
    public static FrameFault glance(MemorySegment source, long start, int expectedSize, long expectedOffset) {
        if (start + expectedSize > source.byteSize() || expectedSize < MIN_BYTES) {
            return FrameFault.SHORT;
        }
        if (source.get(INT, start) != expectedSize) {
            return FrameFault.SIZE;
        }
        return source.get(LONG, start + 20) == expectedOffset ? FrameFault.NONE : FrameFault.OFFSET;
    }

    /** The store time of a record that {@link #glance} found sound. */
    public static long storeTime(MemorySegment source, long start) {
        int sysFlag = source.get(INT, start + 36);
        return source.get(LONG, start + 48 + ((sysFlag & BORN_V6) != 0 ? V6_BYTES : V4_BYTES));
    }

    /** Whether the body has the checksum the record carries. Reads the whole body. */
    public boolean bodyIsIntact() {
        if (bodyLength == 0) {
            return true;
        }
        crc.reset();
        if (buffer.capacity() >= bodyAt + bodyLength) {
            crc.update(buffer.limit((int) bodyAt + bodyLength).position((int) bodyAt));
        } else {
            crc.update(memory.asSlice(bodyAt, bodyLength).asByteBuffer());
        }
        return ((int) crc.getValue() & Integer.MAX_VALUE) == memory.get(INT, at + 8);
    }

    /** Bytes of the whole record. */
    public int size() {
        return size;
    }

    /** Index of the record in its queue. */
    public long queueOffset() {
        return memory.get(LONG, at + 20);
    }

    /** Where the record starts in the commit log, or started when it was written. */
    public long position() {
        return memory.get(LONG, at + 28);
    }

    /** When the broker stored it, ms since 1970. */
    public long storeTime() {
        return storeTime;
    }

    /** Bytes of the body as stored. */
    public int bodyLength() {
        return bodyLength;
    }

    /** A copy of the body as stored, compressed or not. */
    byte[] body() {
        return memory.asSlice(bodyAt, bodyLength).toArray(ValueLayout.JAVA_BYTE);
    }

    /** The flag its sender gave it. */
    int flag() {
        return memory.get(INT, at + 16);
    }

    /** Bits that say what the body and the hosts are; bit 0: the body is compressed. */
    int sysFlag() {
        return memory.get(INT, at + 36);
    }

    /** When its sender made it, ms. */
    long bornTime() {
        return memory.get(LONG, at + 40);
    }

    /** Bytes of the properties. */
    int propertiesLength() {
        return propertiesLength;
    }

    /** Copies the properties to the start of {@code target}. */
    void copyProperties(byte[] target) {
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, propertiesAt, target, 0, propertiesLength);
    }
}
