package io.firn.broker.plugin.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Stored messages made by hand, byte for byte as the log has them. */
final class Frames {

    private static final int MAGIC_V1 = 0xDAA320A7;
    /** Where the first message stood in the log; no test writes so much. */
    static final long LOG_START = 1L << 40;

    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private Frames() {}

    /** A message without tag. */
    static ByteBuffer frame(String topic, int queueId, long offset, long storeMs, String body) {
        return frame(topic, queueId, offset, storeMs, body, "");
    }

    /** @param properties as {@link Frames#property} writes them */
    static ByteBuffer frame(String topic, int queueId, long offset, long storeMs, String body, String properties) {
        byte[] bodyBytes = body.getBytes(UTF_8);
        byte[] topicBytes = topic.getBytes(UTF_8);
        byte[] propertyBytes = properties.getBytes(UTF_8);
        int size = 91 + bodyBytes.length + topicBytes.length + propertyBytes.length;
        CRC32 crc = new CRC32();
        crc.update(bodyBytes);
        ByteBuffer out = ByteBuffer.allocate(size);
        out.putInt(size).putInt(MAGIC_V1).putInt((int) crc.getValue() & 0x7FFFFFFF);
        out.putInt(queueId)
                .putInt(0)
                .putLong(offset)
                .putLong(LOG_START + offset * 1_000)
                .putInt(0);
        out.putLong(storeMs)
                .put(LOOPBACK)
                .putInt(1)
                .putLong(storeMs)
                .put(LOOPBACK)
                .putInt(1);
        out.putInt(0).putLong(0).putInt(bodyBytes.length).put(bodyBytes);
        out.put((byte) topicBytes.length).put(topicBytes);
        out.putShort((short) propertyBytes.length).put(propertyBytes);
        return out.flip();
    }

    static String property(String name, String value) {
        return name + '\u0001' + value + '\u0002';
    }
}
