package io.firn.compaction.pass;

import io.firn.compaction.segment.KeyWriter;
import io.firn.compaction.segment.SegmentMeta;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the key files of all segments of one attempt side by side: entries come in the order of their hashes, each goes to the
 * segment that has its record. Records are numbered through all these segments. One thread.
 */
final class KeySink implements AutoCloseable {

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int LEAST_BUFFER_BYTES = 1 << 9;
    private static final int ENTRY_BYTES = 20;

    private final List<SegmentMeta> segments;
    private final List<KeyWriter> writers = new ArrayList<>();
    private final int[] first;

    private KeySink(List<SegmentMeta> segments) {
        this.segments = segments;
        this.first = new int[segments.size()];
        int records = 0;
        for (int i = 0; i < first.length; i++) {
            first[i] = records;
            records += segments.get(i).extent().records();
        }
    }

    static KeySink create(Scratch scratch, List<SegmentMeta> segments) throws IOException {
        KeySink sink = new KeySink(segments);
        try {
            for (SegmentMeta segment : segments) {
                long most = (long) segment.extent().records() * ENTRY_BYTES;
                long bytes = Math.clamp(
                        most,
                        LEAST_BUFFER_BYTES,
                        Math.max(LEAST_BUFFER_BYTES, BUFFER_BYTES / Math.max(1, segments.size() / 8)));
                sink.writers.add(
                        KeyWriter.create(scratch.disk(), scratch.directory(), segment.name(), scratch.buffer(bytes)));
            }
            return sink;
        } catch (IOException e) {
            sink.close();
            throw e;
        }
    }

    /** The record with this number has a key with this hash. */
    void append(long high, long low, int record) throws IOException {
        int found = Arrays.binarySearch(first, record);
        int segment = found >= 0 ? found : -found - 2;
        writers.get(segment).append(high, low, record - first[segment]);
    }

    /** The segments, now with their keys. */
    List<SegmentMeta> finish() throws IOException {
        List<SegmentMeta> complete = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            SegmentMeta meta = segments.get(i);
            complete.add(meta.completed(writers.get(i).finish(), meta.tombstones()));
        }
        return complete;
    }

    @Override
    public void close() throws IOException {
        for (KeyWriter writer : writers) {
            writer.close();
        }
    }
}
