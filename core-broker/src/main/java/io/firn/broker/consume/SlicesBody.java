package io.firn.broker.consume;

import io.firn.broker.queue.RecordSlices;
import io.firn.broker.server.ReplyBody;
import java.nio.ByteBuffer;

/** Records as the body of a reply: the slices stay retained until the server has written or dropped them. */
record SlicesBody(RecordSlices slices) implements ReplyBody {

    @Override
    public int length() {
        return slices.bytes();
    }

    @Override
    public int sliceCount() {
        return slices.sliceCount();
    }

    @Override
    public ByteBuffer slice(int index) {
        return slices.slice(index);
    }

    @Override
    public void close() {
        slices.close();
    }
}
