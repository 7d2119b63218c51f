package io.firn.compaction;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Makes stored messages, byte by byte as a broker would. */
public final class Records {

    private final List<byte[]> properties = new ArrayList<>();
    private long offset;
    private long position;
    private long storeTime = 1_000_000;
    private byte[] body = "body".getBytes(StandardCharsets.UTF_8);
    private String topic = "table";
    private boolean v6;

    public static Records record(long offset) {
        Records record = new Records();
        record.offset = offset;
        return record;
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public Records at(long newPosition) {
        position = newPosition;
        return this;
    }

    public Records storedAt(long time) {
        storeTime = time;
        return this;
    }

    public Records body(byte[] newBody) {
        body = newBody;
        return this;
    }

    public Records topic(String newTopic) {
        topic = newTopic;
        return this;
    }

    public Records ipv6() {
        v6 = true;
        return this;
    }

    public Records key(String key) {
        return property("KEYS", key);
    }

    public Records tags(String tags) {
        return property("TAGS", tags);
    }

    public Records tombstone() {
        return property("COMPACTION_TOMBSTONE", "true");
    }

    public Records property(String name, String value) {
        properties.add((name + '\u0001' + value + '\u0002').getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public byte[] build() {
        byte[] topicBytes = topic.getBytes(StandardCharsets.UTF_8);
        boolean wide = topicBytes.length > 127;
        int propertyBytes = properties.stream().mapToInt(bytes -> bytes.length).sum();
        int hosts = v6 ? 40 : 16;
        int size = 75 + hosts + body.length + topicBytes.length + (wide ? 1 : 0) + propertyBytes;
        CRC32 crc = new CRC32();
        crc.update(body);
        ByteBuffer out = ByteBuffer.allocate(size);
        out.putInt(size).putInt(wide ? 0xDAA320AB : 0xDAA320A7);
        out.putInt((int) crc.getValue() & Integer.MAX_VALUE).putInt(3).putInt(0);
        out.putLong(offset).putLong(position).putInt(v6 ? 0x30 : 0).putLong(storeTime);
        out.put(new byte[hosts / 2]).putLong(storeTime).put(new byte[hosts / 2]);
        out.putInt(0).putLong(0).putInt(body.length).put(body);
        if (wide) {
            out.putShort((short) topicBytes.length);
        } else {
            out.put((byte) topicBytes.length);
        }
        out.put(topicBytes).putShort((short) propertyBytes);
        properties.forEach(out::put);
        return out.array();
    }
}
