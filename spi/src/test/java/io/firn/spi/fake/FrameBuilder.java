package io.firn.spi.fake;

import io.firn.spi.message.FrameView;
import io.firn.spi.topic.QueueRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/** Makes the bytes of a stored message; the diagram is in {@link FrameView}. Owner: one test. */
public final class FrameBuilder {

    private static final int IPV6_HOSTS = 0x30;
    private static final int FIXED_V4 = 88;
    private static final int MORE_FOR_V6 = 24;

    private final QueueRef queue;
    private final Map<String, String> properties = new LinkedHashMap<>();
    private byte[] body = {};
    private long offset;
    private long position;
    private long storedMs = ManualClock.START.toEpochMilli();
    private int sysFlag;
    private int magic = FrameView.MAGIC_V1;

    private FrameBuilder(QueueRef queue) {
        this.queue = queue;
    }

    /** A message of this queue with an empty body and no properties. */
    public static FrameBuilder in(QueueRef queue) {
        return new FrameBuilder(queue);
    }

    /** Its queue offset. */
    public FrameBuilder offset(long newOffset) {
        offset = newOffset;
        return this;
    }

    /** Its log position. */
    public FrameBuilder position(long newPosition) {
        position = newPosition;
        return this;
    }

    /** Born and stored at, ms since 1970. */
    public FrameBuilder storedMs(long ms) {
        storedMs = ms;
        return this;
    }

    /** Its body. */
    public FrameBuilder body(String text) {
        body = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /** One more property. */
    public FrameBuilder property(String name, String value) {
        properties.put(name, value);
        return this;
    }

    /** Topic length in two bytes. */
    public FrameBuilder version2() {
        magic = FrameView.MAGIC_V2;
        return this;
    }

    /** Hosts of 16 bytes. */
    public FrameBuilder ipv6() {
        sysFlag |= IPV6_HOSTS;
        return this;
    }

    /** The queue it is in. */
    public QueueRef queue() {
        return queue;
    }

    /** The bytes, position 0 to limit. */
    public ByteBuffer build() {
        byte[] topic = queue.topic().getBytes(StandardCharsets.UTF_8);
        byte[] props = encodedProperties();
        boolean wide = magic == FrameView.MAGIC_V2;
        int hosts = sysFlag == 0 ? 0 : MORE_FOR_V6;
        int total = FIXED_V4 + hosts + body.length + (wide ? 2 : 1) + topic.length + Short.BYTES + props.length;
        ByteBuffer out = ByteBuffer.allocate(total);
        CRC32 crc = new CRC32();
        crc.update(body);
        out.putInt(total).putInt(magic).putInt((int) crc.getValue() & Integer.MAX_VALUE);
        out.putInt(queue.queueId()).putInt(0).putLong(offset).putLong(position).putInt(sysFlag);
        out.putLong(storedMs).put(host(1)).putInt(4711);
        out.putLong(storedMs).put(host(2)).putInt(10911);
        out.putInt(0).putLong(0).putInt(body.length).put(body);
        if (wide) {
            out.putShort((short) topic.length);
        } else {
            out.put((byte) topic.length);
        }
        out.put(topic).putShort((short) props.length).put(props);
        return out.flip();
    }

    private byte[] host(int last) {
        byte[] ip = new byte[sysFlag == 0 ? 4 : 16];
        ip[0] = 10;
        ip[ip.length - 1] = (byte) last;
        return ip;
    }

    private byte[] encodedProperties() {
        StringBuilder text = new StringBuilder();
        properties.forEach(
                (name, value) -> text.append(name).append('\001').append(value).append('\002'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
