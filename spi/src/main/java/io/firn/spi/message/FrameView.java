package io.firn.spi.message;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one stored message where its bytes are. The bytes (RocketMQ message format, big endian) are the
 * same in the log, in a pull response and in an archive:
 *
 * <pre>
 *   off  size
 *     0     4  total size of the record, this field included
 *     4     4  magic: V1 DAA320A7, V2 DAA320AB (topic length takes 2 bytes)
 *     8     4  CRC32 of the stored body, 31 bits
 *    12     4  queue id
 *    16     4  flag of the user
 *    20     8  queue offset
 *    28     8  position of byte 0 of this record in the log
 *    36     4  system flag: 1 compressed, 4+8 transaction, 10 and 20 hex: born and store host are IPv6
 *    40     8  born timestamp, ms
 *    48     b  born host: ip (4 or 16), port (4)             b = 8 or 20
 *  48+b     8  store timestamp, ms
 *  56+b     s  store host: ip (4 or 16), port (4)            s = 8 or 20
 *    +0     4  reconsume times
 *    +4     8  position of the half message of a committed transaction, or 0
 *   +12     4  body length n
 *   +16     n  body
 *           1  topic length t (V1), 2 (V2)
 *           t  topic, UTF-8
 *           2  properties length p, at most 32767
 *           p  properties: name 01 value 02 ...
 * </pre>
 *
 * A flyweight that belongs to one thread: {@link #wrap} it, and {@link #inspect} bytes that are not known to be a whole
 * record before anything else is asked; on other bytes the getters give nonsense or throw
 * {@link IndexOutOfBoundsException}. Getters neither copy nor move the buffer, unless they say so.
 *
 * @since 1.0
 */
public final class FrameView {

    /** Magic of a record whose topic length takes one byte. */
    public static final int MAGIC_V1 = 0xDAA320A7;

    /** Magic of a record whose topic length takes two bytes. */
    public static final int MAGIC_V2 = 0xDAA320AB;

    /** Magic of the filler that ends a segment: {@code int bytes left, int CBD43194}, rest unused. */
    public static final int MAGIC_FILLER = 0xCBD43194;

    /** Bit of {@link #sysFlag()}: the body is compressed by the client. */
    public static final int COMPRESSED = 0x1;

    /** Mask of the transaction bits of {@link #sysFlag()}: 0 none, 4 prepared, 8 committed, 12 rolled back. */
    public static final int TRANSACTION_MASK = 0xC;

    private static final int BORN_HOST_V6 = 0x10;
    private static final int STORE_HOST_V6 = 0x20;

    private static final int HEAD_BYTES = 8;
    private static final int SMALLEST = 91;
    private static final int MAGIC = 4;
    private static final int BODY_CRC = 8;
    private static final int QUEUE_ID = 12;
    private static final int FLAG = 16;
    private static final int QUEUE_OFFSET = 20;
    private static final int POSITION = 28;
    private static final int SYS_FLAG = 36;
    private static final int BORN_TIMESTAMP = 40;
    private static final int BORN_HOST = 48;
    private static final int IP_V4 = 4;
    private static final int IP_V6 = 16;
    /** From here on: distances from the end of the store host. */
    private static final int RECONSUME_TIMES = 0;

    private static final int PREPARED_POSITION = 4;
    private static final int BODY_LENGTH = 12;
    private static final int BODY = 16;

    private static final int CRC_MASK = 0x7FFFFFFF;
    private static final byte NAME_END = 1;
    private static final byte PAIR_END = 2;
    private static final int HASH_STEP = 31;

    private final PropertyView value = new PropertyView();
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private int start;

    /**
     * Looks at the record that starts at the buffer's position; nothing behind its limit is read.
     *
     * @since 1.0
     */
    public FrameView wrap(ByteBuffer source) {
        return wrap(source, source.position());
    }

    /**
     * Looks at the record that starts at index {@code at}; nothing behind the buffer's limit is read.
     *
     * @throws IndexOutOfBoundsException when {@code at} is not within the buffer
     * @since 1.0
     */
    public FrameView wrap(ByteBuffer source, int at) {
        if (at < 0 || at > source.limit()) {
            throw new IndexOutOfBoundsException("index " + at + " of " + source.limit() + " bytes");
        }
        buffer = source.order() == ByteOrder.BIG_ENDIAN ? source : source.duplicate();
        start = at;
        return this;
    }

    /**
     * Tells what is here; never throws and never reads out of bounds, whatever the bytes are. Does not look at the body's
     * bytes, see {@link #isBodyIntact()}.
     *
     * @since 1.0
     */
    public FrameStatus inspect() {
        int available = buffer.limit() - start;
        if (available < HEAD_BYTES) {
            return FrameStatus.TRUNCATED;
        }
        int total = totalSize();
        int magic = intAt(MAGIC);
        if (magic == MAGIC_FILLER && total >= HEAD_BYTES) {
            return FrameStatus.FILLER;
        }
        if (magic != MAGIC_V1 && magic != MAGIC_V2) {
            return total == 0 && magic == 0 ? FrameStatus.ZERO : FrameStatus.BAD_MAGIC;
        }
        if (total < SMALLEST) {
            return FrameStatus.BAD_LENGTH;
        }
        if (total > available) {
            return FrameStatus.TRUNCATED;
        }
        return lengthsAddUp(total) ? FrameStatus.OK : FrameStatus.BAD_LENGTH;
    }

    private boolean lengthsAddUp(int total) {
        long end = (long) start + total;
        long fixed = (long) start + fixedBytes();
        if (fixed + BODY > end) {
            return false;
        }
        int body = buffer.getInt((int) fixed + BODY_LENGTH);
        long topicLengthAt = fixed + BODY + body;
        if (body < 0 || topicLengthAt + topicLengthBytes() > end) {
            return false;
        }
        int topic = topicLength((int) topicLengthAt);
        long propertiesAt = topicLengthAt + topicLengthBytes() + topic + Short.BYTES;
        if (topic < 0 || propertiesAt > end) {
            return false;
        }
        int properties = buffer.getShort((int) propertiesAt - Short.BYTES);
        return properties >= 0 && propertiesAt + properties == end;
    }

    /**
     * Whether the body's bytes fit their checksum. Reads the whole body.
     *
     * @since 1.0
     */
    public boolean isBodyIntact() {
        if (bodyLength() == 0) {
            return true;
        }
        CRC32 crc = new CRC32();
        crc.update(body());
        return ((int) crc.getValue() & CRC_MASK) == bodyCrc();
    }

    /**
     * Bytes of the whole record.
     *
     * @since 1.0
     */
    public int totalSize() {
        return intAt(0);
    }

    /**
     * The record's bytes, read-only, no copy: valid as long as the buffer wrapped.
     *
     * @since 1.0
     */
    public ByteBuffer bytes() {
        return slice(start, totalSize());
    }

    /**
     * CRC32 of the stored body, 31 bits.
     *
     * @since 1.0
     */
    public int bodyCrc() {
        return intAt(BODY_CRC);
    }

    /**
     * The queue it is in.
     *
     * @since 1.0
     */
    public int queueId() {
        return intAt(QUEUE_ID);
    }

    /**
     * The flag its sender set.
     *
     * @since 1.0
     */
    public int flag() {
        return intAt(FLAG);
    }

    /**
     * Its index in the queue.
     *
     * @since 1.0
     */
    public long queueOffset() {
        return longAt(QUEUE_OFFSET);
    }

    /**
     * Where it stands in the log, in bytes.
     *
     * @since 1.0
     */
    public long position() {
        return longAt(POSITION);
    }

    /**
     * The system flag, see the diagram.
     *
     * @since 1.0
     */
    public int sysFlag() {
        return intAt(SYS_FLAG);
    }

    /**
     * When its sender made it, ms since 1970 by the sender's clock.
     *
     * @since 1.0
     */
    public long bornTimestampMs() {
        return longAt(BORN_TIMESTAMP);
    }

    /**
     * When the broker stored it, ms since 1970.
     *
     * @since 1.0
     */
    public long storeTimestampMs() {
        return longAt(BORN_HOST + bornHostBytes());
    }

    /**
     * Who sent it. Allocates.
     *
     * @since 1.0
     */
    public InetSocketAddress bornHost() {
        return host(start + BORN_HOST, bornHostBytes());
    }

    /**
     * The broker that stored it. Allocates.
     *
     * @since 1.0
     */
    public InetSocketAddress storeHost() {
        return host(start + BORN_HOST + bornHostBytes() + Long.BYTES, storeHostBytes());
    }

    /**
     * How often it was given back by consumers.
     *
     * @since 1.0
     */
    public int reconsumeTimes() {
        return intAt(fixedBytes() + RECONSUME_TIMES);
    }

    /**
     * Position of the half message of a committed transaction, or 0.
     *
     * @since 1.0
     */
    public long preparedPosition() {
        return longAt(fixedBytes() + PREPARED_POSITION);
    }

    /**
     * Bytes of the stored body.
     *
     * @since 1.0
     */
    public int bodyLength() {
        return intAt(fixedBytes() + BODY_LENGTH);
    }

    /**
     * The stored body, read-only, no copy: valid as long as the buffer wrapped. Compressed when {@link #sysFlag()} says so.
     *
     * @since 1.0
     */
    public ByteBuffer body() {
        return slice(start + fixedBytes() + BODY, bodyLength());
    }

    /**
     * The topic's name. Allocates; {@link #isTopic} does not.
     *
     * @since 1.0
     */
    public String topic() {
        int lengthAt = topicLengthAt();
        return text(lengthAt + topicLengthBytes(), topicLength(lengthAt));
    }

    /**
     * Whether the topic's name is these bytes.
     *
     * @since 1.0
     */
    public boolean isTopic(byte[] utf8) {
        int lengthAt = topicLengthAt();
        return value.wrap(buffer, lengthAt + topicLengthBytes(), topicLength(lengthAt))
                .contentEquals(utf8);
    }

    /**
     * A property's value where it stands; null when there is none of that name. Valid until the next call on this view.
     *
     * @since 1.0
     */
    public @Nullable PropertyView property(PropertyName name) {
        int at = propertiesAt();
        int end = at + buffer.getShort(at - Short.BYTES);
        while (at < end) {
            int pairEnd = indexOf(PAIR_END, at, end);
            int nameEnd = indexOf(NAME_END, at, pairEnd);
            if (nameEnd < pairEnd && isName(name, at, nameEnd)) {
                return value.wrap(buffer, nameEnd + 1, pairEnd - nameEnd - 1);
            }
            at = pairEnd + 1;
        }
        return null;
    }

    /**
     * Whether the property is there. Allocates nothing.
     *
     * @since 1.0
     */
    public boolean hasProperty(PropertyName name) {
        return property(name) != null;
    }

    /**
     * The hash of property {@code TAGS} as queue entries hold it ({@link String#hashCode()} of the tag); 0 without tag.
     * In the queues of delayed messages entries hold the due time instead.
     *
     * @since 1.0
     */
    public long tagsCode() {
        PropertyView tags = property(PropertyName.TAGS);
        if (tags == null) {
            return 0;
        }
        int hash = 0;
        for (int i = 0; i < tags.length(); i++) {
            byte b = tags.byteAt(i);
            if (b < 0) {
                // tags beyond ASCII are rare and need UTF-16 units
                return tags.toString().hashCode();
            }
            hash = HASH_STEP * hash + b;
        }
        return hash;
    }

    private boolean isName(PropertyName name, int from, int to) {
        if (name.length() != to - from) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (buffer.get(i) != name.byteAt(i - from)) {
                return false;
            }
        }
        return true;
    }

    private int indexOf(byte wanted, int from, int end) {
        int i = from;
        while (i < end && buffer.get(i) != wanted) {
            i++;
        }
        return i;
    }

    private int topicLengthAt() {
        return start + fixedBytes() + BODY + bodyLength();
    }

    private int topicLengthBytes() {
        return intAt(MAGIC) == MAGIC_V2 ? Short.BYTES : Byte.BYTES;
    }

    private int topicLength(int at) {
        return intAt(MAGIC) == MAGIC_V2 ? buffer.getShort(at) : buffer.get(at);
    }

    private int propertiesAt() {
        int lengthAt = topicLengthAt();
        return lengthAt + topicLengthBytes() + topicLength(lengthAt) + Short.BYTES;
    }

    private int bornHostBytes() {
        return ((sysFlag() & BORN_HOST_V6) == 0 ? IP_V4 : IP_V6) + Integer.BYTES;
    }

    private int storeHostBytes() {
        return ((sysFlag() & STORE_HOST_V6) == 0 ? IP_V4 : IP_V6) + Integer.BYTES;
    }

    /** Bytes up to the end of the store host. */
    private int fixedBytes() {
        return BORN_HOST + bornHostBytes() + Long.BYTES + storeHostBytes();
    }

    private InetSocketAddress host(int at, int bytes) {
        byte[] ip = new byte[bytes - Integer.BYTES];
        buffer.get(at, ip);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(ip), buffer.getInt(at + ip.length) & 0xFFFF);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 bytes", e);
        }
    }

    private String text(int at, int length) {
        byte[] utf8 = new byte[length];
        buffer.get(at, utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private ByteBuffer slice(int at, int length) {
        return buffer.slice(at, length).asReadOnlyBuffer();
    }

    private int intAt(int field) {
        return buffer.getInt(start + field);
    }

    private long longAt(int field) {
        return buffer.getLong(start + field);
    }
}
