package io.firn.broker.record;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Copies of stored records that differ from them. Any thread. */
public final class RecordCopy {

    private RecordCopy() {}

    /**
     * The record with another topic and other properties; everything else, its position in the log too, is as stored.
     *
     * @param topic UTF-8
     * @throws IllegalRecordException when the properties are longer than a record can hold
     */
    public static byte[] with(RecordView record, byte[] topic, PropertyBytes properties) {
        if (properties.length() > RecordLayout.MAX_PROPERTIES) {
            throw new IllegalRecordException("properties of " + properties.length() + " bytes");
        }
        boolean wide = topic.length > RecordLayout.MAX_TOPIC_V1;
        int head = (int) (record.bodyOffset() - record.offset()) + record.bodyLength();
        int wideBytes = wide ? Short.BYTES : Byte.BYTES;
        byte[] copy = new byte[head + wideBytes + topic.length + Short.BYTES + properties.length()];
        MemorySegment target = MemorySegment.ofArray(copy);
        MemorySegment.copy(record.memory(), ValueLayout.JAVA_BYTE, record.offset(), copy, 0, head);
        target.set(RecordLayout.INT, RecordLayout.TOTAL_SIZE, copy.length);
        target.set(RecordLayout.INT, RecordLayout.MAGIC, wide ? RecordLayout.MAGIC_V2 : RecordLayout.MAGIC_V1);
        int at = head;
        if (wide) {
            target.set(RecordLayout.SHORT, at, (short) topic.length);
        } else {
            copy[at] = (byte) topic.length;
        }
        at += wideBytes;
        System.arraycopy(topic, 0, copy, at, topic.length);
        at += topic.length;
        target.set(RecordLayout.SHORT, at, (short) properties.length());
        System.arraycopy(properties.array(), 0, copy, at + Short.BYTES, properties.length());
        return copy;
    }
}
