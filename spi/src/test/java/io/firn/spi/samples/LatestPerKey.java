package io.firn.spi.samples;

import io.firn.spi.fake.FakeFilter;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.message.FrameView;
import io.firn.spi.message.PropertyName;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.queue.ReadRequest;
import io.firn.spi.queue.ReadResult;
import io.firn.spi.read.Boundary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** A queue that shows the latest message of each key below an offset, and all above: keeps its contract. */
class LatestPerKey implements QueueReader {

    private static final long CLEANED_TO = 20;

    private final QueueReader base;
    private final TreeMap<Long, ByteBuffer> latest = new TreeMap<>();

    LatestPerKey(QueueReader base) {
        this.base = base;
        Map<String, ByteBuffer> byKey = new HashMap<>();
        ReadRequest all = new ReadRequest(0, (int) CLEANED_TO, Integer.MAX_VALUE, FakeFilter.all(), Map.of());
        if (base.read(all) instanceof ReadResult.Found found) {
            for (ByteBuffer frame : found.frames().buffers()) {
                byKey.put(String.valueOf(view(frame).property(PropertyName.KEYS)), frame);
            }
        }
        byKey.values().forEach(frame -> latest.put(view(frame).queueOffset(), frame));
    }

    @Override
    public ReadResult read(ReadRequest request) {
        if (request.offset() >= CLEANED_TO) {
            return base.read(request);
        }
        List<ByteBuffer> found = new ArrayList<>();
        int bytes = 0;
        for (Map.Entry<Long, ByteBuffer> entry :
                latest.tailMap(request.offset()).entrySet()) {
            ByteBuffer frame = entry.getValue();
            if (!request.filter().matches(view(frame))) {
                continue;
            }
            bytes += frame.remaining();
            if (found.size() == request.maxMessages() || (!found.isEmpty() && bytes > request.maxBytes())) {
                return new ReadResult.Found(FrameBatch.ofCopies(found, found.size()), entry.getKey());
            }
            found.add(frame);
        }
        return found.isEmpty()
                ? new ReadResult.Skipped(CLEANED_TO)
                : new ReadResult.Found(FrameBatch.ofCopies(found, found.size()), CLEANED_TO);
    }

    @Override
    public long minOffset() {
        return latest.isEmpty() ? CLEANED_TO : latest.firstKey();
    }

    @Override
    public long maxOffset() {
        return base.maxOffset();
    }

    @Override
    public OptionalLong offsetByTime(long timestampMs, Boundary boundary) {
        return base.offsetByTime(timestampMs, boundary);
    }

    @Override
    public long nextOffsetFloor() {
        return CLEANED_TO;
    }

    @Override
    public void close() throws IOException {
        latest.clear();
    }

    private static FrameView view(ByteBuffer frame) {
        return new FrameView().wrap(frame);
    }
}
