package io.firn.compaction.queue;

import io.firn.compaction.pass.RecordCursor;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.message.FrameView;
import io.firn.spi.message.MessageFilterView;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.queue.ReadRequest;
import io.firn.spi.queue.ReadResult;
import io.firn.spi.topic.QueueRef;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Walks records of a queue that the log on this machine no longer has, through the reader below: on a new disk the tail may be
 * in an archive of the log only. Waits for what takes io. One thread.
 */
final class OldCursor implements RecordCursor {

    private static final int BATCH_MESSAGES = 1024;
    private static final int BATCH_BYTES = 4 << 20;

    private final QueueReader base;
    private final QueueRef queue;
    private final long to;
    private final FrameView frame = new FrameView();
    private @Nullable FrameBatch batch;
    private Iterator<ByteBuffer> buffers = List.<ByteBuffer>of().iterator();
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private MemorySegment memory = MemorySegment.ofArray(new byte[0]);
    private long next;
    private long offset;
    private long at;

    /** Records in {@code [from, to)}. */
    OldCursor(QueueReader base, QueueRef queue, long from, long to) {
        this.base = base;
        this.queue = queue;
        this.next = from;
        this.to = to;
    }

    @Override
    public boolean next() throws IOException {
        while (!buffer.hasRemaining()) {
            if (buffers.hasNext()) {
                buffer = buffers.next().duplicate();
                memory = MemorySegment.ofBuffer(buffer.duplicate().rewind());
            } else if (next >= to || !readOn()) {
                return false;
            }
        }
        at = buffer.position();
        frame.wrap(buffer, (int) at);
        buffer.position(buffer.position() + frame.totalSize());
        offset = frame.queueOffset();
        return offset < to;
    }

    private boolean readOn() throws IOException {
        close();
        ReadRequest request = new ReadRequest(next, BATCH_MESSAGES, BATCH_BYTES, new Everything(), Map.of());
        switch (done(base.read(request))) {
            case ReadResult.Found found -> {
                batch = found.frames();
                buffers = found.frames().buffers().iterator();
                next = found.nextOffset();
            }
            case ReadResult.Skipped skipped -> next = skipped.nextOffset();
            case ReadResult.OutOfRange moved when moved.nextOffset() > next -> next = moved.nextOffset();
            case ReadResult.OutOfRange _, ReadResult.AtEnd _ -> {
                return false;
            }
            case ReadResult.Later _ ->
                throw new IOException("queue " + queue + " answers a later read with another one");
        }
        return true;
    }

    /** Only a pass waits here, on a thread that is its own. */
    private ReadResult done(ReadResult result) throws IOException {
        if (!(result instanceof ReadResult.Later later)) {
            return result;
        }
        try {
            return later.result().toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new IOException(
                    "records of queue " + queue + " from offset " + next + " on can not be read now: " + e.getCause(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("compaction is stopping");
        }
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public long at() {
        return at;
    }

    @Override
    public void close() {
        FrameBatch open = batch;
        if (open != null) {
            batch = null;
            buffer = ByteBuffer.allocate(0);
            buffers = List.<ByteBuffer>of().iterator();
            open.close();
        }
    }

    /** Wants everything. */
    private static final class Everything implements MessageFilterView {

        @Override
        public boolean matchesAll() {
            return true;
        }

        @Override
        public boolean matches(long tagsCode) {
            return true;
        }

        @Override
        public boolean needsFrame() {
            return false;
        }

        @Override
        public boolean matches(FrameView frame) {
            return true;
        }
    }
}
