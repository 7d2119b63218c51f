package io.firn.broker.wire;

import org.jspecify.annotations.Nullable;

/**
 * Writes a header of the ROCKETMQ encoding; {@link BinaryHeaderParser} shows its layout. Owner: the thread of its
 * {@link FrameWriter}.
 */
final class BinaryHeadWriter implements ExtWriter {
    private final HeadBuffer buffer;

    BinaryHeadWriter(HeadBuffer buffer) {
        this.buffer = buffer;
    }

    void write(FrameHead head, HeaderFields ext) {
        buffer.putShort(head.code());
        buffer.putByte(LanguageCode.JAVA.headerByte());
        buffer.putShort(ProtocolVersion.CURRENT);
        buffer.putInt(head.opaque());
        buffer.putInt(head.flag());
        String remark = head.remark();
        int remarkAt = begin();
        if (remark != null) {
            buffer.putUtf8(remark);
        }
        end(remarkAt);
        int extAt = begin();
        ext.writeTo(this);
        end(extAt);
    }

    @Override
    public void put(ExtKey key, long value) {
        buffer.put(key.binary());
        int at = begin();
        buffer.putDecimal(value);
        end(at);
    }

    @Override
    public void put(ExtKey key, boolean value) {
        put(key, value ? "true" : "false");
    }

    @Override
    public void put(ExtKey key, @Nullable String value) {
        if (value != null) {
            buffer.put(key.binary());
            int at = begin();
            buffer.putUtf8(value);
            end(at);
        }
    }

    @Override
    public void put(ExtKey key, byte[] ascii, int length) {
        buffer.put(key.binary());
        buffer.putInt(length);
        buffer.put(ascii, length);
    }

    /** Leaves room for a length and says where. */
    private int begin() {
        int at = buffer.length();
        buffer.putInt(0);
        return at;
    }

    private void end(int at) {
        buffer.patchInt(at, buffer.length() - at - 4);
    }
}
