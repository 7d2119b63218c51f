package io.firn.broker.plugin.dispatch;

import io.firn.broker.log.LogSlice;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import io.firn.broker.runtime.Utf8Cache;
import io.firn.spi.message.FrameView;
import io.firn.spi.read.DamagedStoreException;
import io.firn.spi.read.FrameCursor;
import java.nio.ByteBuffer;

/** Walks the messages of the chosen topics in one slice of the log. Owner: the dispatcher's thread. */
final class BatchFrames implements FrameCursor {

    private final LogSlice slice;
    private final TopicChoice choice;
    private final Utf8Cache names;
    private final ByteBuffer bytes;
    private final RecordView record = new RecordView();
    private final FrameView frame = new FrameView();
    private int next;
    private boolean onFrame;
    private boolean closed;

    BatchFrames(LogSlice slice, TopicChoice choice, Utf8Cache names) {
        this.slice = slice;
        this.choice = choice;
        this.names = names;
        this.bytes = slice.asByteBuffer().asReadOnlyBuffer();
    }

    @Override
    public boolean next() {
        onFrame = false;
        while (!closed && next < slice.size()) {
            int at = next;
            RecordStatus status =
                    record.wrap(slice.memory(), at, slice.size()).inspect(slice.position() + at, Verify.LENGTHS);
            if (status == RecordStatus.FILLER || slice.size() - at < BatchCutter.FILLER_BYTES) {
                next = slice.size();
            } else if (status == RecordStatus.OK) {
                next = at + record.totalSize();
                if (choice.isChosen(record.topic(names))) {
                    frame.wrap(bytes, at);
                    onFrame = true;
                    return true;
                }
            } else {
                throw new DamagedStoreException(
                        slice.path() + " is damaged at log position " + (slice.position() + at) + ": " + status,
                        slice.position() + at);
            }
        }
        return false;
    }

    @Override
    public FrameView frame() {
        if (!onFrame) {
            throw new IllegalStateException("the walk stands on no message: call next() first");
        }
        return frame;
    }

    @Override
    public void close() {
        closed = true;
        onFrame = false;
    }
}
