package io.firn.compaction.segment;

import io.firn.compaction.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The mapped files of one segment, shared by all views that show it. Counted: the last release hands them to whoever sweeps
 * up, which may be another thread; a reader never unmaps or unlinks. Any thread retains and releases.
 */
public final class SegmentFiles {

    private final SegmentName name;
    private final SealedFile log;
    private final SealedFile index;
    private final SealedFile keys;
    private final Consumer<SegmentFiles> whenUnused;
    private final AtomicInteger references = new AtomicInteger(1);

    private SegmentFiles(SegmentName name, List<SealedFile> files, Consumer<SegmentFiles> whenUnused) {
        this.name = name;
        this.log = files.get(0);
        this.index = files.get(1);
        this.keys = files.get(2);
        this.whenUnused = whenUnused;
    }

    /** Opens the files a manifest lists, with one reference that belongs to the caller. */
    public static SegmentFiles open(Disk disk, Path directory, SegmentMeta meta, Consumer<SegmentFiles> whenUnused)
            throws IOException {
        SegmentName name = meta.name();
        SealedFile log = SealedFile.open(
                disk, directory.resolve(name.log()), FileKind.LOG, meta.marks().log());
        try {
            SealedFile index = SealedFile.open(
                    disk,
                    directory.resolve(name.index()),
                    FileKind.INDEX,
                    meta.marks().index());
            try {
                SealedFile keys = SealedFile.open(
                        disk,
                        directory.resolve(name.keys()),
                        FileKind.KEYS,
                        meta.marks().keys());
                return new SegmentFiles(name, List.of(log, index, keys), whenUnused);
            } catch (IOException e) {
                index.close();
                throw e;
            }
        } catch (IOException e) {
            log.close();
            throw e;
        }
    }

    /** One more reference; the caller holds one already, or the view it comes from. */
    public void retain() {
        int before = references.getAndIncrement();
        assert before > 0 : "retained after the last release";
    }

    /** One reference less. */
    public void release() {
        int left = references.decrementAndGet();
        assert left >= 0 : "released too often";
        if (left == 0) {
            whenUnused.accept(this);
        }
    }

    /** Unmaps. Only after the last release. */
    public void close() {
        assert references.get() == 0;
        log.close();
        index.close();
        keys.close();
    }

    /** Which segment. */
    public SegmentName name() {
        return name;
    }

    SealedFile log() {
        return log;
    }

    SealedFile index() {
        return index;
    }

    SealedFile keys() {
        return keys;
    }
}
