package io.firn.compaction.segment;

import io.firn.compaction.disk.Disk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes log and index of one segment: records in queue order, then {@link #finish}. The keys come later, sorted, through
 * {@link KeyWriter}. One thread.
 */
public final class SegmentWriter implements AutoCloseable {

    /** Offsets and ordinals of a segment stay below this. */
    private static final long MAX_SPAN = Integer.MAX_VALUE;

    private final SegmentName name;
    private final SealedWriter log;
    private final SealedWriter index;
    private final long timeBase;
    private long lastOffset;
    private long minTime = Long.MAX_VALUE;
    private long maxTime = Long.MIN_VALUE;
    private int records;

    private SegmentWriter(SegmentName name, SealedWriter log, SealedWriter index, long timeBase) {
        this.name = name;
        this.log = log;
        this.index = index;
        this.timeBase = timeBase;
    }

    /** Makes both files; {@code timeBase} is the store time of the first record. */
    public static SegmentWriter create(
            Disk disk, Path directory, SegmentName name, long timeBase, SegmentBuffers buffers) throws IOException {
        SealedWriter log = SealedWriter.create(disk, directory.resolve(name.log()), FileKind.LOG, name, buffers.log());
        try {
            SealedWriter index =
                    SealedWriter.create(disk, directory.resolve(name.index()), FileKind.INDEX, name, buffers.index());
            index.room(SegmentIndex.PRELUDE_BYTES).putLong(timeBase);
            return new SegmentWriter(name, log, index, timeBase);
        } catch (IOException e) {
            log.close();
            throw e;
        }
    }

    /** Whether a record fits: the first always does, whatever its size. */
    public boolean fits(SegmentRecord record, long maxBytes) {
        return records == 0 || log.contentBytes() + record.size <= maxBytes && record.offset - name.base() < MAX_SPAN;
    }

    /** Appends a record, whose bytes start at {@code at}. */
    public void append(SegmentRecord record, MemorySegment source, long at) throws IOException {
        ByteBuffer entry = index.room(SegmentIndex.RECORD_BYTES);
        entry.putInt((int) (record.offset - name.base())).putInt((int) log.contentBytes());
        entry.putInt(record.tombstone ? record.size | SegmentIndex.TOMBSTONE : record.size);
        entry.putInt((int) ((record.storeTime - timeBase) >> SegmentIndex.TIME_SHIFT));
        entry.putLong(record.tagsCode);
        log.write(source, at, record.size);
        lastOffset = record.offset;
        minTime = Math.min(minTime, record.storeTime);
        maxTime = Math.max(maxTime, record.storeTime);
        records++;
    }

    /** Ends both files; the entry has no keys and no runs of tombstones yet. */
    public SegmentMeta finish() throws IOException {
        Extent extent = new Extent(lastOffset, records, log.contentBytes(), minTime, maxTime);
        SegmentMarks marks = new SegmentMarks(log.seal(), index.seal(), FileMark.ABSENT, FileMark.ABSENT);
        return new SegmentMeta(name, extent, Liveness.all(extent), marks, List.of());
    }

    /** Records so far. */
    public int records() {
        return records;
    }

    @Override
    public void close() throws IOException {
        try (index) {
            log.close();
        }
    }

    /** Writes a file of live bits. Content: the bits as longs, big endian, lowest bit first. */
    public static FileMark writeLive(Disk disk, Path path, SegmentName name, Bits live) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 13);
        try (SealedWriter writer = SealedWriter.create(disk, path, FileKind.LIVE, name, buffer)) {
            for (int i = 0; i < live.wordCount(); i++) {
                writer.room(Long.BYTES).putLong(live.word(i));
            }
            return writer.seal();
        }
    }
}
