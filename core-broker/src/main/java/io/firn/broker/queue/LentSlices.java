package io.firn.broker.queue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Records in memory of somebody else, who wants it back. */
final class LentSlices extends RecordSlices {

    private final List<ByteBuffer> slices;
    private final Map<String, String> fields;
    private final Runnable giveBack;

    LentSlices(List<ByteBuffer> slices, Size size, Map<String, String> fields, Runnable giveBack) {
        super(size.count(), size.bytes());
        this.slices = slices;
        this.fields = fields;
        this.giveBack = giveBack;
    }

    @Override
    public int sliceCount() {
        return slices.size();
    }

    @Override
    public ByteBuffer slice(int i) {
        return slices.get(i).duplicate();
    }

    @Override
    public Map<String, String> fields() {
        return fields;
    }

    @Override
    void release() {
        giveBack.run();
    }
}
