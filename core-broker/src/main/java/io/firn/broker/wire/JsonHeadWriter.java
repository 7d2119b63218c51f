package io.firn.broker.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes a header as JSON, in the field order of Java clients. Owner: the thread of its {@link FrameWriter}. */
final class JsonHeadWriter implements ExtWriter {
    private static final byte[] CODE = ascii("{\"code\":");
    private static final byte[] EXT = ascii(",\"extFields\":{");
    private static final byte[] FLAG = ascii("},\"flag\":");
    private static final byte[] OPAQUE = ascii(",\"language\":\"JAVA\",\"opaque\":");
    private static final byte[] REMARK = ascii(",\"remark\":\"");
    private static final byte[] TYPE = ascii(",\"serializeTypeCurrentRPC\":\"JSON\",\"version\":");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");

    private final HeadBuffer buffer;
    private boolean first;

    JsonHeadWriter(HeadBuffer buffer) {
        this.buffer = buffer;
    }

    void write(FrameHead head, HeaderFields ext) {
        buffer.put(CODE);
        buffer.putDecimal(head.code());
        buffer.put(EXT);
        first = true;
        ext.writeTo(this);
        buffer.put(FLAG);
        buffer.putDecimal(head.flag());
        buffer.put(OPAQUE);
        buffer.putDecimal(head.opaque());
        String remark = head.remark();
        if (remark != null) {
            buffer.put(REMARK);
            buffer.putJsonText(remark);
            buffer.putByte('"');
        }
        buffer.put(TYPE);
        buffer.putDecimal(ProtocolVersion.CURRENT);
        buffer.putByte('}');
    }

    @Override
    public void put(ExtKey key, long value) {
        begin(key);
        buffer.putDecimal(value);
        buffer.putByte('"');
    }

    @Override
    public void put(ExtKey key, boolean value) {
        begin(key);
        buffer.put(value ? TRUE : FALSE);
        buffer.putByte('"');
    }

    @Override
    public void put(ExtKey key, @Nullable String value) {
        if (value != null) {
            begin(key);
            buffer.putJsonText(value);
            buffer.putByte('"');
        }
    }

    @Override
    public void put(ExtKey key, byte[] ascii, int length) {
        begin(key);
        buffer.put(ascii, length);
        buffer.putByte('"');
    }

    private void begin(ExtKey key) {
        if (!first) {
            buffer.putByte(',');
        }
        first = false;
        buffer.put(key.json());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
