package io.firn.broker.wire;

import io.firn.broker.wire.ProtocolException.Reason;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one connection's bytes into frames and hands each to its listener at once. Whole frames are decoded where they
 * lie; only a frame that is spread over reads is gathered in a buffer of its own, which grows fourfold up to the length
 * the frame announced: a byte is copied less than one and a half times on average, and a peer that announces much but
 * sends little holds little. Owner: the connection's io thread.
 */
public final class FrameDecoder implements AutoCloseable {
    /** The largest frame, its length field included. */
    public static final int FRAME_LIMIT_BYTES = 16 * 1024 * 1024;

    private static final int LENGTH_BYTES = RemotingCommand.LENGTH_BYTES;
    private static final int FIRST_CAPACITY_BYTES = 4 * 1024;
    private static final int GROWTH = 4;

    private final FrameListener listener;
    private final RemotingCommand command = new RemotingCommand();

    /** The first bytes of one frame that has not arrived whole. */
    private @Nullable ByteBuf pending;

    /** Bytes behind the frame whose delivery asked for a pause. */
    private @Nullable ByteBuf rest;

    private boolean paused;
    private boolean closed;

    public FrameDecoder(FrameListener listener) {
        this.listener = listener;
    }

    /**
     * Takes the next bytes of the stream and releases the buffer. Frames are delivered before this returns, unless the
     * listener pauses. After {@link #close()}, also when the listener closes from inside a delivery, the rest is
     * dropped. Whatever is thrown closes the decoder, since the rest of the stream has lost its beginning.
     *
     * @throws ProtocolException when the stream is broken; the connection should be closed
     */
    public void read(ByteBuf in) {
        boolean sound = false;
        try {
            if (!closed && !paused && pending != null) {
                complete(pending, in);
            }
            while (!closed && !paused && pending == null && in.isReadable()) {
                next(in);
            }
            if (!closed && paused && in.isReadable()) {
                park(in);
            }
            sound = true;
        } finally {
            if (!sound) {
                close();
            }
            in.release();
        }
    }

    /** Delivers no more frames; may be called from inside a delivery. Bytes that come nevertheless are kept. */
    public void pause() {
        paused = true;
    }

    /** Delivers what was held back, as {@link #read} does; the listener may pause again. */
    public void resume() {
        paused = false;
        ByteBuf held = rest;
        if (held != null) {
            rest = null;
            read(held);
        }
    }

    /** Tells the listener that nothing more is available for now. */
    public void readComplete() {
        listener.onReadComplete();
    }

    /** Drops an incomplete frame and what was held back. More bytes are ignored. */
    @Override
    public void close() {
        closed = true;
        if (pending != null) {
            pending.release();
            pending = null;
        }
        if (rest != null) {
            rest.release();
            rest = null;
        }
    }

    static void checkLength(int length) {
        if (length < RemotingCommand.TYPE_BYTES) {
            throw new ProtocolException(
                    Reason.FRAME_TOO_SHORT,
                    "frame length " + length + " is below the " + RemotingCommand.TYPE_BYTES
                            + " bytes every frame has");
        }
        if (length > FRAME_LIMIT_BYTES - LENGTH_BYTES) {
            throw new ProtocolException(
                    Reason.FRAME_TOO_LONG,
                    "frame length " + length + " is above " + (FRAME_LIMIT_BYTES - LENGTH_BYTES)
                            + "; does the peer speak another protocol?");
        }
    }

    private void park(ByteBuf in) {
        ByteBuf held = rest;
        if (held == null) {
            rest = in.retain();
            return;
        }
        rest = in.alloc()
                .buffer(held.readableBytes() + in.readableBytes())
                .writeBytes(held)
                .writeBytes(in);
        held.release();
    }

    /** Delivers the frame that starts here, or keeps its first bytes for later. */
    private void next(ByteBuf in) {
        int available = in.readableBytes();
        if (available < LENGTH_BYTES) {
            keep(in, FIRST_CAPACITY_BYTES);
            return;
        }
        int start = in.readerIndex();
        int length = in.getInt(start);
        checkLength(length);
        if (available - LENGTH_BYTES < length) {
            keep(in, capacityFor(available, length));
            return;
        }
        in.skipBytes(LENGTH_BYTES + length);
        deliver(in, start, length);
    }

    private void keep(ByteBuf in, int capacity) {
        ByteBuf kept = in.alloc().buffer(capacity);
        kept.writeBytes(in);
        pending = kept;
    }

    /** Moves bytes to the incomplete frame, at most up to its end, and delivers it when it is whole. */
    private void complete(ByteBuf kept, ByteBuf in) {
        if (kept.readableBytes() < LENGTH_BYTES) {
            kept.writeBytes(in, Math.min(LENGTH_BYTES - kept.readableBytes(), in.readableBytes()));
            if (kept.readableBytes() < LENGTH_BYTES) {
                return;
            }
        }
        int length = kept.getInt(0);
        checkLength(length);
        int missing = LENGTH_BYTES + length - kept.readableBytes();
        int taken = Math.min(missing, in.readableBytes());
        if (kept.writableBytes() < taken) {
            kept.capacity(capacityFor(kept.readableBytes() + taken, length));
        }
        kept.writeBytes(in, taken);
        if (taken == missing) {
            pending = null;
            try {
                deliver(kept, 0, length);
            } finally {
                kept.release();
            }
        }
    }

    private static int capacityFor(int have, int length) {
        int wanted = Math.max(FIRST_CAPACITY_BYTES, have * GROWTH);
        return Math.min(LENGTH_BYTES + length, wanted);
    }

    private void deliver(ByteBuf buffer, int start, int length) {
        command.load(buffer, start + LENGTH_BYTES, length);
        try {
            listener.onCommand(command);
        } finally {
            command.unload();
        }
    }
}
