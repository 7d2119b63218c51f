package io.firn.broker.wire;

import io.netty.buffer.ByteBuf;

/**
 * Writes the heads of outgoing frames, all that stands before the body; the caller appends the body's bytes. The layout
 * is {@link RemotingCommand}'s. The head is composed in a reused heap array and copied once: no allocation, and nothing
 * reaches the output when the ext fields fail to write. Owner: one thread.
 */
public final class FrameWriter {
    private static final int PREFIX_BYTES = RemotingCommand.LENGTH_BYTES + RemotingCommand.TYPE_BYTES;

    private final HeadBuffer buffer = new HeadBuffer();
    private final JsonHeadWriter json = new JsonHeadWriter(buffer);
    private final BinaryHeadWriter binary = new BinaryHeadWriter(buffer);

    /**
     * Appends length, header length and header to {@code out}.
     *
     * @param bodyLength bytes that the caller will append
     * @throws IllegalArgumentException when the frame would be larger than peers accept; nothing is written then
     */
    public void writeHead(ByteBuf out, FrameHead head, HeaderFields ext, int bodyLength) {
        buffer.restart(PREFIX_BYTES);
        if (head.serializeType() == SerializeType.JSON) {
            json.write(head, ext);
        } else {
            binary.write(head, ext);
        }
        int headerLength = buffer.length() - PREFIX_BYTES;
        long frameLength = (long) buffer.length() + bodyLength;
        if (bodyLength < 0 || frameLength > FrameDecoder.FRAME_LIMIT_BYTES) {
            throw new IllegalArgumentException("command " + head.code() + " with a body of " + bodyLength
                    + " bytes makes a frame of " + frameLength + " bytes, peers accept "
                    + FrameDecoder.FRAME_LIMIT_BYTES);
        }
        buffer.patchInt(0, (int) frameLength - RemotingCommand.LENGTH_BYTES);
        buffer.patchInt(RemotingCommand.LENGTH_BYTES, head.serializeType().typeByte() << 24 | headerLength);
        out.writeBytes(buffer.bytes(), 0, buffer.length());
    }
}
