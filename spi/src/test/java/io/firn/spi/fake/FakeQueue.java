package io.firn.spi.fake;

import io.firn.spi.message.FrameBatch;
import io.firn.spi.message.FrameView;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.queue.ReadRequest;
import io.firn.spi.queue.ReadResult;
import io.firn.spi.read.Boundary;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A queue as the broker itself reads it, over frames with dense offsets. Any thread. */
public final class FakeQueue implements QueueReader {

    private final long min;
    private final List<ByteBuffer> frames;

    /**
     * A queue of these messages.
     *
     * @param min offset of the first
     */
    public FakeQueue(long min, List<ByteBuffer> frames) {
        this.min = min;
        this.frames = List.copyOf(frames);
    }

    /** The message at an offset, as it is stored. */
    public ByteBuffer frame(long offset) {
        return frames.get((int) (offset - min)).duplicate();
    }

    @Override
    public ReadResult read(ReadRequest request) {
        long offset = request.offset();
        if (offset < min || offset > maxOffset()) {
            return new ReadResult.OutOfRange(offset < min ? min : maxOffset());
        }
        if (offset == maxOffset()) {
            return new ReadResult.AtEnd(offset);
        }
        List<ByteBuffer> found = new ArrayList<>();
        int bytes = 0;
        while (offset < maxOffset() && found.size() < request.maxMessages()) {
            ByteBuffer frame = frame(offset);
            if (request.filter().matches(new FrameView().wrap(frame))) {
                bytes += frame.remaining();
                if (!found.isEmpty() && bytes > request.maxBytes()) {
                    break;
                }
                found.add(frame);
            }
            offset++;
        }
        return found.isEmpty()
                ? new ReadResult.Skipped(offset)
                : new ReadResult.Found(FrameBatch.ofCopies(found, found.size()), offset);
    }

    @Override
    public long minOffset() {
        return min;
    }

    @Override
    public long maxOffset() {
        return min + frames.size();
    }

    @Override
    public OptionalLong offsetByTime(long timestampMs, Boundary boundary) {
        if (frames.isEmpty()) {
            return OptionalLong.empty();
        }
        long before = frames.stream()
                .filter(f -> new FrameView().wrap(f).storeTimestampMs() < timestampMs)
                .count();
        long upTo = frames.stream()
                .filter(f -> new FrameView().wrap(f).storeTimestampMs() <= timestampMs)
                .count();
        return OptionalLong.of(min + (boundary == Boundary.LOWER ? before : Math.max(0, upTo - 1)));
    }

    @Override
    public void close() {
        // nothing is held
    }
}
