package io.firn.broker.wire;

import io.firn.broker.wire.ProtocolException.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One inbound frame. Big endian:
 *
 * <pre>
 * 0  length        4   bytes that follow
 * 4  type          1   0 JSON, 1 ROCKETMQ
 * 5  headerLength  3
 * 8  header        headerLength
 *    body          the rest, possibly nothing
 * </pre>
 *
 * A flyweight that its connection uses again for the next frame: valid, with everything read from it, until the listener
 * returns, and only on the connection's io thread. The header has been copied to the heap and indexed; the body is still
 * where the socket put it. {@link #detach()} gives a copy that lasts and may be handed to another thread.
 */
public final class RemotingCommand {
    /** Bytes of the length field, which it does not count. */
    static final int LENGTH_BYTES = 4;

    /** Bytes of the word that holds type and header length. */
    static final int TYPE_BYTES = 4;

    private final HeaderTable header;
    private final ExtFields ext;
    private final JsonHeaderParser jsonParser;
    private final BinaryHeaderParser binaryParser;
    private @Nullable ByteBuf frame;
    private int bodyStart;
    private int bodyLength;

    RemotingCommand() {
        this(new HeaderTable());
    }

    private RemotingCommand(HeaderTable header) {
        this.header = header;
        this.ext = new ExtFields(header);
        this.jsonParser = new JsonHeaderParser(header);
        this.binaryParser = new BinaryHeaderParser(header);
    }

    /**
     * Decodes one frame, its length field included; the result owns its bytes.
     *
     * @throws ProtocolException when these bytes are not exactly one frame
     */
    public static RemotingCommand decode(byte[] frame) {
        RemotingCommand command = new RemotingCommand();
        ByteBuf bytes = Unpooled.copiedBuffer(frame);
        int announced = frame.length < LENGTH_BYTES ? -1 : bytes.getInt(0);
        FrameDecoder.checkLength(announced);
        if (announced != frame.length - LENGTH_BYTES) {
            throw new ProtocolException(
                    Reason.FRAME_TOO_SHORT,
                    "frame of " + frame.length + " bytes announces " + announced + " after its length field");
        }
        command.load(bytes, LENGTH_BYTES, announced);
        return command;
    }

    /** As {@link #decode(byte[])}, for the bytes between position and limit, which stay where they are. */
    public static RemotingCommand decode(ByteBuffer frame) {
        byte[] bytes = new byte[frame.remaining()];
        frame.duplicate().get(bytes);
        return decode(bytes);
    }

    /** Reads the frame of {@code length} bytes that starts behind its length field at {@code start}. */
    void load(ByteBuf buffer, int start, int length) {
        int word = buffer.getInt(start);
        int type = word >>> 24;
        int headerLength = word & 0xFF_FFFF;
        if (type > SerializeType.ROCKETMQ.typeByte()) {
            throw new ProtocolException(
                    Reason.SERIALIZE_TYPE, "header type " + type + " is neither 0 (JSON) nor 1 (ROCKETMQ)");
        }
        if (headerLength > length - TYPE_BYTES) {
            throw new ProtocolException(
                    Reason.HEADER_LENGTH,
                    "header of " + headerLength + " bytes in a frame with room for " + (length - TYPE_BYTES));
        }
        header.reset(type == 0 ? SerializeType.JSON : SerializeType.ROCKETMQ, headerLength);
        copy(buffer, start + TYPE_BYTES, header.bytes, headerLength);
        if (header.serializeType == SerializeType.JSON) {
            jsonParser.parse();
        } else {
            binaryParser.parse();
        }
        frame = buffer;
        bodyStart = start + TYPE_BYTES + headerLength;
        bodyLength = length - TYPE_BYTES - headerLength;
    }

    /** Lets go of the frame's buffer, so that a use that comes too late fails instead of reading other bytes. */
    void unload() {
        frame = null;
    }

    public int code() {
        return header.code;
    }

    public int opaque() {
        return header.opaque;
    }

    public int flag() {
        return header.flag;
    }

    /** Ordinal of the peer's release in {@link ProtocolVersion}'s table. */
    public int version() {
        return header.version;
    }

    public LanguageCode language() {
        return header.language;
    }

    /** The encoding that an answer shall use. */
    public SerializeType serializeType() {
        return header.serializeType;
    }

    public @Nullable String remark() {
        return header.remark();
    }

    public boolean isResponse() {
        return (header.flag & FrameHead.FLAG_RESPONSE) != 0;
    }

    /** Whether the peer wants no answer. */
    public boolean isOneway() {
        return (header.flag & FrameHead.FLAG_ONEWAY) != 0;
    }

    public ExtFields ext() {
        return ext;
    }

    HeaderTable header() {
        return header;
    }

    public int bodyLength() {
        return bodyLength;
    }

    /** Copies the whole body to the buffer's position and moves it on. */
    public void copyBody(ByteBuffer to) {
        copyBody(0, bodyLength, to);
    }

    /** Copies a part of the body to the buffer's position and moves it on. */
    public void copyBody(int from, int length, ByteBuffer to) {
        Objects.checkFromIndexSize(from, length, bodyLength);
        ByteBuf bytes = frame();
        int index = bodyStart + from;
        if (bytes.hasArray()) {
            to.put(bytes.array(), bytes.arrayOffset() + index, length);
        } else if (bytes.nioBufferCount() == 1) {
            ByteBuffer source = bytes.internalNioBuffer(index, length);
            to.put(to.position(), source, source.position(), length);
            to.position(to.position() + length);
        } else {
            ByteBuffer target = to.slice(to.position(), length);
            bytes.getBytes(index, target);
            to.position(to.position() + length);
        }
    }

    /** A copy of the body, empty when there is none. */
    public byte[] bodyBytes() {
        byte[] copy = new byte[bodyLength];
        copy(frame(), bodyStart, copy, bodyLength);
        return copy;
    }

    /** A copy on the heap that stays valid and belongs to whoever asked for it. */
    public RemotingCommand detach() {
        RemotingCommand copy = new RemotingCommand(header.copy());
        copy.frame = Unpooled.wrappedBuffer(bodyBytes());
        copy.bodyLength = bodyLength;
        return copy;
    }

    /** By way of the buffer's own view: {@code getBytes} would make a new one for every call. */
    private static void copy(ByteBuf from, int index, byte[] to, int length) {
        if (from.nioBufferCount() == 1) {
            from.internalNioBuffer(index, length).get(to, 0, length);
        } else {
            from.getBytes(index, to, 0, length);
        }
    }

    private ByteBuf frame() {
        ByteBuf bytes = frame;
        if (bytes == null) {
            throw new IllegalStateException("the command's frame is gone: detach() it to use it after its handler");
        }
        return bytes;
    }
}
