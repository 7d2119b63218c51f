package io.firn.broker.pop;

import io.firn.broker.queue.RecordSlices;
import io.firn.broker.record.PropertyBytes;
import io.firn.broker.record.RecordCopy;
import io.firn.broker.record.RecordLayout;
import io.firn.broker.record.RecordView;
import io.firn.broker.server.ReplyBody;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Messages that one pop has found so far, in as many queues as it took, and then its answer's body. Records of a topic go
 * out where they lie; those that come again are copied under the name of the topic they were sent to, with their receipt
 * handle as property {@code POP_CK}. The slices stay retained until the server has written or dropped them. Owner: the
 * pop, then the server.
 */
final class Popped implements ReplyBody {

    private static final byte[] POP_CK = "POP_CK".getBytes(StandardCharsets.US_ASCII);

    private final List<ByteBuffer> buffers = new ArrayList<>(4);
    private final List<RecordSlices> retained = new ArrayList<>(4);
    private final StringBuilder starts = new StringBuilder(64);
    private final StringBuilder offsets = new StringBuilder(64);
    private final RecordView view = new RecordView();
    private int bytes;
    private int count;

    /** What a copy of a record that comes again says. */
    interface Handles {

        /** The receipt handle of the message at this offset. */
        String of(long queueOffset);
    }

    int count() {
        return count;
    }

    /** RocketMQ's {@code startOffsetInfo}. */
    String starts() {
        return starts.toString();
    }

    /** RocketMQ's {@code msgOffsetInfo}. */
    String offsets() {
        return offsets.toString();
    }

    /** Adds records of the topic itself, which are this object's from here on; gives their offsets. */
    long[] add(RecordSlices slices) {
        retained.add(slices);
        long[] found = new long[slices.count()];
        int n = 0;
        for (int i = 0; i < slices.sliceCount(); i++) {
            ByteBuffer slice = slices.slice(i);
            MemorySegment memory = MemorySegment.ofBuffer(slice);
            long end = memory.byteSize();
            for (long at = 0; at < end && n < found.length; at += view.totalSize()) {
                found[n++] = view.wrap(memory, at, end).queueOffset();
            }
            buffers.add(slice);
        }
        bytes += slices.bytes();
        count += n;
        return n == found.length ? found : Arrays.copyOf(found, n);
    }

    /** Adds copies of records that come again, and gives the records back. */
    long[] addAgain(RecordSlices slices, String topic, Handles handles) {
        byte[] name = topic.getBytes(StandardCharsets.UTF_8);
        PropertyBytes properties = new PropertyBytes();
        long[] found = new long[slices.count()];
        int n = 0;
        try (slices) {
            for (int i = 0; i < slices.sliceCount(); i++) {
                MemorySegment memory = MemorySegment.ofBuffer(slices.slice(i));
                long end = memory.byteSize();
                for (long at = 0; at < end && n < found.length; at += view.totalSize()) {
                    long offset = view.wrap(memory, at, end).queueOffset();
                    found[n++] = offset;
                    properties.load(memory, view.propertiesOffset(), view.propertiesLength());
                    add(copy(name, properties, handles.of(offset)));
                }
            }
        }
        count += n;
        return n == found.length ? found : Arrays.copyOf(found, n);
    }

    private byte[] copy(byte[] topic, PropertyBytes properties, String handle) {
        byte[] ck = handle.getBytes(StandardCharsets.UTF_8);
        boolean fits = properties.length() + POP_CK.length + ck.length + 3 <= RecordLayout.MAX_PROPERTIES;
        if (!fits) {
            // under its retry topic's name clients find the handle on their own
            return original();
        }
        properties.replace(POP_CK, ck);
        return RecordCopy.with(view, topic, properties);
    }

    private byte[] original() {
        return view.memory().asSlice(view.offset(), view.totalSize()).toArray(ValueLayout.JAVA_BYTE);
    }

    private void add(byte[] copy) {
        buffers.add(ByteBuffer.wrap(copy));
        bytes += copy.length;
    }

    /** Notes, for the client, where a batch starts and which offsets it has. */
    void note(int retry, int queueId, long start, long[] found) {
        if (!starts.isEmpty()) {
            starts.append(';');
            offsets.append(';');
        }
        starts.append(retry).append(' ').append(queueId).append(' ').append(start);
        offsets.append(retry).append(' ').append(queueId).append(' ');
        for (int i = 0; i < found.length; i++) {
            if (i > 0) {
                offsets.append(',');
            }
            offsets.append(found[i]);
        }
    }

    @Override
    public int length() {
        return bytes;
    }

    @Override
    public int sliceCount() {
        return buffers.size();
    }

    @Override
    public ByteBuffer slice(int index) {
        return buffers.get(index);
    }

    @Override
    public void close() {
        retained.forEach(RecordSlices::close);
    }
}
