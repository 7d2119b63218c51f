package io.firn.broker.record;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Writes messages as records (see {@link RecordLayout}) into off-heap scratch of its own, once, so that the append
 * under the lock is three patches and a copy. Queue offset, position and store time stay 0 until then. One per thread;
 * allocates only when a record is larger than all before.
 */
public final class RecordEncoder {

    private static final int FIRST_SCRATCH_BYTES = 16 * 1024;
    /** total size, magic, CRC, flag and body length of a batch's sub-message. */
    private static final int SUB_HEAD_BYTES = 20;

    private static final int SUB_FLAG = 12;
    private static final int SUB_BODY_LENGTH = 16;
    private static final byte PAIR_END = PropertyBytes.PAIR_END;

    private final HostAddress storeHost;
    private final int maxBodyBytes;
    private final EncodedRecords records = new EncodedRecords();
    private final CRC32 crc = new CRC32();

    private MemorySegment scratch = MemorySegment.NULL;
    private ByteBuffer out = ByteBuffer.allocate(0);
    /** The same bytes as {@link #out} with a window of its own for the checksum. */
    private ByteBuffer window = out;

    private ByteBuffer batch = ByteBuffer.allocate(0);
    private byte[] topic = new byte[RecordLayout.MAX_TOPIC_V1];
    private int topicLength;
    private byte[] shared = new byte[0];
    private int sharedLength;

    /**
     * Encodes for one broker.
     *
     * @param storeHost the address clients reach this broker at; part of every message id
     * @param maxBodyBytes the largest body, and with {@link RecordLayout#MAX_OVERHEAD} the largest result
     */
    public RecordEncoder(HostAddress storeHost, int maxBodyBytes) {
        this.storeHost = storeHost;
        this.maxBodyBytes = maxBodyBytes;
    }

    /**
     * One message as one record.
     *
     * @return valid until the next call
     * @throws IllegalRecordException when body, properties or topic are too long
     */
    public EncodedRecords encode(MessageSource source) {
        int bodyLength = checkedBody(source);
        int propertiesLength = checkedProperties(source.propertiesLength());
        int sysFlag = begin(source);
        int size = sizeOf(sysFlag, bodyLength, propertiesLength);
        reserve(size);
        int bodyAt = writeHead(source, sysFlag, size);
        out.position(bodyAt);
        source.copyBody(out);
        writeBodyFields(bodyAt, bodyLength, source.flag());
        writeTopic(bodyAt + bodyLength);
        out.putShort((short) propertiesLength);
        source.copyProperties(out);
        endRecord(size);
        records.finish(scratch);
        return records;
    }

    /**
     * A batch: the body is a sequence of sub-messages, each becomes a record with its own flag, body and properties;
     * all else, and properties of the whole if there are any, are the source's.
     *
     * <pre>
     *   int size (this field included) | int magic | int crc | int flag | int n | n body | short p | p properties
     * </pre>
     *
     * @return valid until the next call
     * @throws IllegalRecordException when the body is not such a sequence, is empty, or a part is too long
     */
    public EncodedRecords encodeBatch(MessageSource source) {
        int length = checkedBody(source);
        if (batch.capacity() < length) {
            batch = ByteBuffer.allocate(grown(batch.capacity(), length));
        }
        batch.clear();
        source.copyBody(batch);
        copySharedProperties(source);
        int sysFlag = begin(source);
        int at = 0;
        while (at < length) {
            at += encodeSub(source, sysFlag, at, length);
        }
        if (records.count() == 0) {
            throw new IllegalRecordException("batch body is empty");
        }
        records.finish(scratch);
        return records;
    }

    private int encodeSub(MessageSource source, int sysFlag, int at, int limit) {
        int subSize = limit - at < SUB_HEAD_BYTES ? -1 : batch.getInt(at);
        int bodyLength = subSize < 0 ? -1 : batch.getInt(at + SUB_BODY_LENGTH);
        long propertiesAt = (long) at + SUB_HEAD_BYTES + bodyLength;
        if (bodyLength < 0 || subSize > limit - at || propertiesAt + Short.BYTES > (long) at + subSize) {
            throw malformed(at, limit);
        }
        int own = batch.getShort((int) propertiesAt);
        if (own < 0 || propertiesAt + Short.BYTES + own != (long) at + subSize) {
            throw malformed(at, limit);
        }
        int ownAt = (int) propertiesAt + Short.BYTES;
        boolean separated = own == 0 || sharedLength == 0 || batch.get(ownAt + own - 1) == PAIR_END;
        int propertiesLength = checkedProperties(own + sharedLength + (separated ? 0 : 1));
        int size = sizeOf(sysFlag, bodyLength, propertiesLength);
        reserve(size);
        int bodyAt = writeHead(source, sysFlag, size);
        out.put(bodyAt, batch, at + SUB_HEAD_BYTES, bodyLength);
        writeBodyFields(bodyAt, bodyLength, batch.getInt(at + SUB_FLAG));
        writeTopic(bodyAt + bodyLength);
        out.putShort((short) propertiesLength);
        out.put(batch.array(), ownAt, own);
        if (!separated) {
            out.put(PAIR_END);
        }
        out.put(shared, 0, sharedLength);
        endRecord(size);
        return subSize;
    }

    private IllegalRecordException malformed(int at, int limit) {
        return new IllegalRecordException("batch body is malformed: lengths of message " + records.count() + " at byte "
                + at + " of " + limit + " do not add up");
    }

    private int checkedBody(MessageSource source) {
        int length = source.bodyLength();
        if (length > maxBodyBytes) {
            throw new IllegalRecordException("body of " + length + " bytes, at most " + maxBodyBytes + " are allowed");
        }
        return length;
    }

    private static int checkedProperties(int length) {
        if (length > RecordLayout.MAX_PROPERTIES) {
            throw new IllegalRecordException(
                    "properties of " + length + " bytes, at most " + RecordLayout.MAX_PROPERTIES + " are allowed");
        }
        return length;
    }

    private void copySharedProperties(MessageSource source) {
        sharedLength = checkedProperties(source.propertiesLength());
        if (sharedLength > 0) {
            if (shared.length < sharedLength) {
                shared = new byte[sharedLength];
            }
            source.copyProperties(ByteBuffer.wrap(shared));
        }
    }

    private int begin(MessageSource source) {
        encodeTopic(source.topic());
        int sysFlag = source.sysFlag() & ~(SysFlag.BORN_HOST_V6 | SysFlag.STORE_HOST_V6);
        sysFlag |= source.bornHost().isIpv6() ? SysFlag.BORN_HOST_V6 : 0;
        sysFlag |= storeHost.isIpv6() ? SysFlag.STORE_HOST_V6 : 0;
        records.begin(sysFlag);
        out.clear();
        return sysFlag;
    }

    private void encodeTopic(String name) {
        int chars = name.length();
        if (topic.length < chars) {
            topic = new byte[chars];
        }
        topicLength = chars;
        for (int i = 0; i < chars; i++) {
            char c = name.charAt(i);
            if (c > Byte.MAX_VALUE) {
                topic = name.getBytes(StandardCharsets.UTF_8);
                topicLength = topic.length;
                break;
            }
            topic[i] = (byte) c;
        }
        if (topicLength > Short.MAX_VALUE) {
            throw new IllegalRecordException("topic of " + topicLength + " bytes");
        }
    }

    private int sizeOf(int sysFlag, int bodyLength, int propertiesLength) {
        int hosts = RecordLayout.bornHostBytes(sysFlag) + RecordLayout.storeHostBytes(sysFlag);
        int version2 = topicLength > RecordLayout.MAX_TOPIC_V1 ? 1 : 0;
        return RecordLayout.FIXED_BYTES
                - 2 * RecordLayout.HOST_V4_BYTES
                + hosts
                + version2
                + bodyLength
                + topicLength
                + propertiesLength;
    }

    /** Makes room for one more record behind those that are there. */
    private void reserve(int size) {
        long needed = (long) records.length() + size;
        long limit = (long) maxBodyBytes + RecordLayout.MAX_OVERHEAD;
        if (needed > limit) {
            throw new IllegalRecordException("records of " + needed + " bytes, at most " + limit + " are allowed");
        }
        if (out.capacity() < needed) {
            MemorySegment larger = Arena.ofAuto().allocate(grown(out.capacity(), (int) needed));
            MemorySegment.copy(scratch, 0, larger, 0, records.length());
            scratch = larger;
            out = larger.asByteBuffer();
            window = larger.asByteBuffer();
        }
    }

    private static int grown(int from, int needed) {
        return Math.max(Math.max(FIRST_SCRATCH_BYTES, needed), (int) Math.min((long) from * 2, Integer.MAX_VALUE / 2));
    }

    /** Writes all up to the body and returns where the body starts. */
    private int writeHead(MessageSource source, int sysFlag, int size) {
        int start = records.length();
        out.putInt(start + RecordLayout.TOTAL_SIZE, size);
        boolean wide = topicLength > RecordLayout.MAX_TOPIC_V1;
        out.putInt(start + RecordLayout.MAGIC, wide ? RecordLayout.MAGIC_V2 : RecordLayout.MAGIC_V1);
        out.putInt(start + RecordLayout.QUEUE_ID, source.queueId());
        out.putLong(start + RecordLayout.QUEUE_OFFSET, 0);
        out.putLong(start + RecordLayout.PHYSICAL_OFFSET, 0);
        out.putInt(start + RecordLayout.SYS_FLAG, sysFlag);
        out.putLong(start + RecordLayout.BORN_TIMESTAMP, source.bornTimestamp());
        source.bornHost().writeTo(scratch, start + RecordLayout.BORN_HOST);
        int timestampAt = start + RecordLayout.storeTimestampAt(sysFlag);
        out.putLong(timestampAt, 0);
        storeHost.writeTo(scratch, timestampAt + RecordLayout.STORE_HOST);
        int tail = timestampAt + RecordLayout.STORE_HOST + storeHost.length();
        out.putInt(tail + RecordLayout.RECONSUME_TIMES, source.reconsumeTimes());
        out.putLong(tail + RecordLayout.PREPARED_POSITION, source.preparedTransactionOffset());
        return tail + RecordLayout.BODY;
    }

    /** Writes what is known once the body stands: its length, its checksum and the flag. */
    private void writeBodyFields(int bodyAt, int bodyLength, int flag) {
        int start = records.length();
        window.limit(bodyAt + bodyLength).position(bodyAt);
        crc.reset();
        crc.update(window);
        window.clear();
        out.putInt(start + RecordLayout.BODY_CRC, (int) crc.getValue() & RecordLayout.CRC_MASK);
        out.putInt(start + RecordLayout.FLAG, flag);
        out.putInt(bodyAt - Integer.BYTES, bodyLength);
    }

    /** Writes the topic and leaves {@link #out} behind it. */
    private void writeTopic(int at) {
        out.position(at);
        if (topicLength > RecordLayout.MAX_TOPIC_V1) {
            out.putShort((short) topicLength);
        } else {
            out.put((byte) topicLength);
        }
        out.put(topic, 0, topicLength);
    }

    private void endRecord(int size) {
        int end = records.length() + size;
        if (out.position() != end) {
            throw new IllegalStateException("message source gave other lengths than it announced: record ends at "
                    + out.position() + " instead of " + end);
        }
        records.add(size);
    }
}
