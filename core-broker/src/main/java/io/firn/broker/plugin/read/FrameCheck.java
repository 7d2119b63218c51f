package io.firn.broker.plugin.read;

import io.firn.broker.queue.ReadRequest;
import io.firn.broker.queue.RecordSlices;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.record.RecordView;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.message.FrameStatus;
import io.firn.spi.message.FrameView;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at every message a plugin gives before a client sees it: a whole record, of the queue, at rising offsets of the
 * range asked for; and applies the filter again. Messages that are neighbours stay one slice. Owner: one thread, one use.
 */
final class FrameCheck {

    private final ReadRequest request;
    private final byte[] topic;
    private final RecordFilter filter;
    private final FrameView frame = new FrameView();
    private final RecordView record = new RecordView();
    private final List<ByteBuffer> slices = new ArrayList<>();

    private long lastOffset;
    private long nextOffset;
    private int seen;
    private int count;
    private int bytes;
    private int refused;
    private long endPosition = -1;
    private boolean full;

    private FrameCheck(ReadRequest request, long nextOffset) {
        this.request = request;
        this.topic = request.topic().getBytes(StandardCharsets.UTF_8);
        this.filter = request.filter();
        this.lastOffset = request.offset() - 1;
        this.nextOffset = nextOffset;
    }

    /**
     * What is fit for the client.
     *
     * @param slices empty when the filter wants none
     * @param nextOffset where to go on: as the plugin said, or lower when not all fits
     * @param refused messages that the filter does not want
     */
    record Checked(List<ByteBuffer> slices, RecordSlices.Size size, long nextOffset, long endPosition, int refused) {}

    /** @throws BadFramesException when something is wrong with any of it */
    static Checked of(FrameBatch batch, long nextOffset, ReadRequest request) {
        if (nextOffset <= request.offset()) {
            throw new BadFramesException("goes on at offset " + nextOffset + ", which is not above " + request.offset()
                    + ", the one asked for");
        }
        FrameCheck check = new FrameCheck(request, nextOffset);
        for (ByteBuffer buffer : batch.buffers()) {
            check.look(buffer);
        }
        if (check.seen != batch.messages() && !check.full) {
            throw new BadFramesException("says there are " + batch.messages() + " messages and gives " + check.seen);
        }
        return new Checked(
                check.slices,
                new RecordSlices.Size(check.count, check.bytes),
                check.nextOffset,
                check.endPosition,
                check.refused);
    }

    private void look(ByteBuffer buffer) {
        int end = buffer.limit();
        int runStart = buffer.position();
        int at = runStart;
        MemorySegment memory = MemorySegment.ofBuffer(buffer);
        while (at < end && !full) {
            int size = inspected(buffer, at);
            long start = at - (long) buffer.position();
            if (!wanted(memory, start, size)) {
                addRun(buffer, runStart, at);
                runStart = at + size;
            } else if (!take(size)) {
                break;
            }
            at += size;
        }
        addRun(buffer, runStart, at);
    }

    /** The size of the record at {@code at}, which is one of those asked for. */
    private int inspected(ByteBuffer buffer, int at) {
        FrameStatus status = frame.wrap(buffer, at).inspect();
        if (status != FrameStatus.OK) {
            throw new BadFramesException("message " + seen + " is no record: " + status);
        }
        if (!frame.isTopic(topic) || frame.queueId() != request.queueId()) {
            throw new BadFramesException("message " + seen + " is one of " + frame.topic() + "/" + frame.queueId());
        }
        long offset = frame.queueOffset();
        if (offset <= lastOffset || offset >= nextOffset) {
            throw new BadFramesException("message " + seen + " has offset " + offset + ", expected above " + lastOffset
                    + " and below " + nextOffset);
        }
        lastOffset = offset;
        seen++;
        return frame.totalSize();
    }

    private boolean wanted(MemorySegment memory, long start, int size) {
        if (filter.equals(RecordFilter.ALL)) {
            return true;
        }
        boolean wanted = filter.matches(frame.tagsCode())
                && (!filter.needsRecord() || filter.matches(record.wrap(memory, start, start + size)));
        if (!wanted) {
            refused++;
        }
        return wanted;
    }

    private boolean take(int size) {
        if (count > 0 && (count == request.maxMessages() || size > request.maxBytes() - bytes)) {
            full = true;
            nextOffset = lastOffset;
            return false;
        }
        count++;
        bytes += size;
        endPosition = frame.position() + size;
        return true;
    }

    private void addRun(ByteBuffer buffer, int from, int to) {
        if (to > from) {
            slices.add(buffer.slice(from, to - from));
        }
    }
}
