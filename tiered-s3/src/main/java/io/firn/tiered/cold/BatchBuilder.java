package io.firn.tiered.cold;

import io.firn.spi.cold.ColdBatch;
import io.firn.spi.cold.ColdRequest;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.message.FrameView;
import io.firn.spi.message.MessageFilterView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the messages asked for out of frames, without copying: neighbours stay one buffer. What the filter does not want is
 * left out. The frames are let go when the broker closes the batch. One thread, one use.
 */
final class BatchBuilder {
    private static final int OFFSET_AT = 20;

    private final ColdRequest request;
    private final boolean all;
    private final FrameView view = new FrameView();
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private int messages;
    private long bytes;
    private long next;
    private boolean full;

    private BatchBuilder(ColdRequest request) {
        this.request = request;
        this.all = request.filter().matchesAll();
        this.next = request.offset();
    }

    /**
     * The answer of these frames, of which the first that is not wholly below the offset comes first.
     *
     * @param frames held for the batch, which lets go of them
     * @param end the first offset behind them, if all of it is taken
     */
    static ColdBatch of(ColdRequest request, List<Frame> frames, long end, Runnable released) {
        BatchBuilder builder = new BatchBuilder(request);
        Runnable release = () -> {
            frames.forEach(Frame::release);
            released.run();
        };
        boolean handedOn = false;
        try {
            for (Frame frame : frames) {
                if (!builder.full) {
                    builder.take(frame.bytes());
                }
            }
            long next = builder.full ? builder.next : Math.max(end, request.offset() + 1);
            if (builder.messages == 0) {
                return new ColdBatch.Skipped(next);
            }
            FrameBatch batch = FrameBatch.of(builder.buffers, builder.messages, release);
            handedOn = true;
            return new ColdBatch.Found(batch, next);
        } finally {
            if (!handedOn) {
                release.run();
            }
        }
    }

    private void take(ByteBuffer frame) {
        int start = 0;
        int at = 0;
        while (at < frame.limit()) {
            int size = frame.getInt(at);
            long offset = frame.getLong(at + OFFSET_AT);
            boolean wanted = offset >= request.offset() && (all || isWanted(frame, at));
            if (wanted && !fits(size)) {
                full = true;
                next = offset;
                break;
            }
            if (wanted) {
                messages++;
                bytes += size;
            } else {
                add(frame, start, at);
                start = at + size;
            }
            at += size;
        }
        add(frame, start, at);
    }

    private boolean fits(int size) {
        ColdRequest.Limits limits = request.limits();
        return messages == 0 || (messages < limits.maxMessages() && bytes + size <= limits.maxBytes());
    }

    private boolean isWanted(ByteBuffer frame, int at) {
        MessageFilterView filter = request.filter();
        view.wrap(frame, at);
        return filter.matches(view.tagsCode()) && (!filter.needsFrame() || filter.matches(view));
    }

    private void add(ByteBuffer frame, int from, int to) {
        if (to > from) {
            buffers.add(frame.slice(from, to - from));
        }
    }
}
