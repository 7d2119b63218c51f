package io.firn.broker.server;

import io.firn.broker.wire.FrameDecoder;
import io.firn.broker.wire.FrameHead;
import io.firn.broker.wire.FrameWriter;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.SerializeType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What one connection is about to send: heads and small bodies are encoded one behind the other into a buffer, large
 * bodies are put behind it as they lie. Nothing reaches the socket before {@link #flush}, except when more waits than
 * the high-water mark. Owner: the connection's io thread.
 */
final class Output {

    /** A buffer this long is handed to the socket's queue and a new one begun, so that none is ever copied to grow. */
    private static final int HAND_OVER_BYTES = 64 * 1024;

    private static final int FIRST_CAPACITY_BYTES = 512;
    private static final int BODY_LIMIT_BYTES = FrameDecoder.FRAME_LIMIT_BYTES - 64 * 1024;

    private final Channel channel;
    private final ConnectionLimits limits;
    private final ServerMetrics metrics;
    private final FrameWriter frames;

    private @Nullable ByteBuf current;
    private int nextCapacity = FIRST_CAPACITY_BYTES;
    private boolean unflushed;

    /** The frame writer is shared by all connections of the io thread. */
    Output(Channel channel, ConnectionLimits limits, ServerMetrics metrics, FrameWriter frames) {
        this.channel = channel;
        this.limits = limits;
        this.metrics = metrics;
        this.frames = frames;
    }

    /** Encodes an answer and closes its body as soon as its bytes are copied or sent. */
    void reply(SerializeType type, int opaque, Reply.Now reply) {
        ReplyBody body = reply.body();
        int length = body.length();
        if (length > BODY_LIMIT_BYTES) {
            body.close();
            reply(type, opaque, tooLong(length));
            return;
        }
        try {
            head(FrameHead.response(type, reply.code(), opaque, reply.remark()), reply.header(), length);
        } catch (RuntimeException e) {
            body.close();
            throw e;
        }
        if (length == 0) {
            body.close();
        } else if (isGathered(body, length)) {
            gather(body);
        } else {
            copy(body);
        }
        relieve();
    }

    /** Encodes a request of ours. */
    void request(FrameHead head, HeaderFields header, byte[] body) {
        head(head, header, body.length);
        buffer(body.length).writeBytes(body);
        relieve();
    }

    /** Sends what has been encoded since the last flush. */
    void flush() {
        handOver();
        if (unflushed) {
            unflushed = false;
            channel.flush();
        }
    }

    /** True when more waits than the high-water mark, until it has fallen below the low one. */
    boolean isCongested() {
        return !channel.isWritable();
    }

    /** Bytes that wait, encoded or in flight. Any thread; a little behind on others than the owner. */
    long queuedBytes() {
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        ByteBuf encoded = current;
        return (queue == null ? 0 : queue.totalPendingWriteBytes()) + (encoded == null ? 0 : encoded.readableBytes());
    }

    /** Drops what was not handed over; the connection is closed. */
    void release() {
        if (current != null) {
            current.release();
            current = null;
        }
    }

    private void head(FrameHead head, HeaderFields header, int bodyLength) {
        frames.writeHead(buffer(0), head, header, bodyLength);
    }

    /** A heap array would be copied once more on its way to the socket, so it is copied here. */
    private boolean isGathered(ReplyBody body, int length) {
        return !(body instanceof BytesBody) && length / body.sliceCount() >= limits.gatherBytes();
    }

    /** Puts the slices behind the head without copying; the last one's fate is the body's. */
    private void gather(ReplyBody body) {
        handOver();
        metrics.sent(body.length());
        int last = body.sliceCount() - 1;
        for (int i = 0; i < last; i++) {
            var _ = channel.write(Unpooled.wrappedBuffer(body.slice(i)), channel.voidPromise());
        }
        channel.write(Unpooled.wrappedBuffer(body.slice(last)))
                .addListener((ChannelFutureListener) written -> body.close());
    }

    private void copy(ReplyBody body) {
        try (body) {
            ByteBuf out = buffer(body.length());
            for (int i = 0; i < body.sliceCount(); i++) {
                ByteBuffer slice = body.slice(i);
                out.writeBytes(slice);
            }
        }
    }

    /** The current buffer, or a new one when these bytes would make the current one grow beyond its size. */
    private ByteBuf buffer(int coming) {
        if (current != null && current.readableBytes() + coming > HAND_OVER_BYTES) {
            handOver();
        }
        if (current == null) {
            current = channel.alloc().directBuffer(Math.max(nextCapacity, coming));
        }
        return current;
    }

    /** Moves the current buffer to the socket's queue; the next one starts as large as this one became. */
    private void handOver() {
        ByteBuf full = current;
        if (full == null) {
            return;
        }
        current = null;
        int length = full.readableBytes();
        nextCapacity =
                Math.clamp(Integer.highestOneBit(Math.max(1, length)) * 2L, FIRST_CAPACITY_BYTES, HAND_OVER_BYTES);
        metrics.sent(length);
        unflushed = true;
        // a failed write is told to the pipeline, which closes the channel
        var _ = channel.write(full, channel.voidPromise());
    }

    private void relieve() {
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        if (queue != null && queue.totalPendingWriteBytes() > limits.highWaterBytes()) {
            flush();
        }
    }

    private static Reply.Now tooLong(int length) {
        return Reply.Now.of(
                ResponseCode.SYSTEM_ERROR,
                "the answer has " + length + " bytes, clients accept frames of " + FrameDecoder.FRAME_LIMIT_BYTES
                        + ": ask for less");
    }
}
