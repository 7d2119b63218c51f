package io.firn.broker.queue;

import io.firn.broker.log.LogSlice;
import java.nio.ByteBuffer;
import java.util.List;

/** Records straight from the log's mapping: records that are neighbours in the log share a slice. */
final class LogSlices extends RecordSlices {

    private final List<LogSlice> slices;

    LogSlices(List<LogSlice> slices, int count, int bytes) {
        super(count, bytes);
        this.slices = slices;
    }

    @Override
    public int sliceCount() {
        return slices.size();
    }

    @Override
    public ByteBuffer slice(int i) {
        return slices.get(i).asByteBuffer();
    }

    @Override
    void release() {
        slices.forEach(LogSlice::close);
    }
}
