package io.firn.compaction.segment;

import io.firn.compaction.disk.Disk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A segment as one generation shows it: shared files, and the records that are alive in it. Immutable; any thread. */
public final class Segment {

    private final SegmentMeta meta;
    private final SegmentFiles files;
    private final SegmentIndex index;
    private final KeyFile keys;
    private final @Nullable Bits live;

    private Segment(SegmentMeta meta, SegmentFiles files, @Nullable Bits live) {
        this.meta = meta;
        this.files = files;
        this.index = new SegmentIndex(files.index().content(), meta.name().base());
        this.keys = new KeyFile(files.keys().content());
        this.live = live;
    }

    /** Reads the live bits, if there are any, and checks that the index is as long as the manifest says. */
    public static Segment open(Disk disk, Path directory, SegmentMeta meta, SegmentFiles files) throws IOException {
        long indexed = files.index().content().byteSize() - SegmentIndex.PRELUDE_BYTES;
        if (indexed != (long) meta.extent().records() * SegmentIndex.RECORD_BYTES) {
            throw new CorruptFileException(
                    files.index().path(),
                    0,
                    "holds " + indexed + " bytes for " + meta.extent().records() + " records");
        }
        long generation = meta.liveness().liveGeneration();
        if (generation == 0) {
            return new Segment(meta, files, null);
        }
        Path path = directory.resolve(meta.name().live(generation));
        try (SealedFile file =
                SealedFile.open(disk, path, FileKind.LIVE, meta.marks().live())) {
            file.verify();
            return new Segment(
                    meta, files, Bits.read(file.content(), meta.extent().records()));
        }
    }

    /** The manifest's entry. */
    public SegmentMeta meta() {
        return meta;
    }

    /** The shared files. */
    public SegmentFiles files() {
        return files;
    }

    /** Where its records are. */
    public SegmentIndex index() {
        return index;
    }

    /** Its keys. */
    public KeyFile keys() {
        return keys;
    }

    /** The records' bytes; positions of the index count from here. */
    public MemorySegment log() {
        return files.log().content();
    }

    /** Where the records' bytes are, for messages. */
    public Path logPath() {
        return files.log().path();
    }

    /** Whether a record is alive. */
    public boolean isLive(int ordinal) {
        return live == null || live.get(ordinal);
    }

    /** The first live record at or after an ordinal; the number of records when there is none. */
    public int nextLive(int ordinal) {
        return live == null ? ordinal : (int) live.next(ordinal);
    }

    /** Live records in {@code [from, to)} of ordinals. */
    public int countLive(int from, int to) {
        return live == null ? Math.max(0, to - from) : (int) live.count(from, to);
    }

    /** The live bits, to change. */
    public Bits liveBits() {
        return live == null ? Bits.full(meta.extent().records()) : live.copy();
    }

    /** Compares the content of all files with their checksums: reads everything. */
    public void verify() throws CorruptFileException {
        files.log().verify();
        files.index().verify();
        files.keys().verify();
    }

    /** Compares the key file with its checksum. */
    public void verifyKeys() throws CorruptFileException {
        files.keys().verify();
    }
}
