package io.firn.compaction.archive;

import io.firn.compaction.segment.FileKind;
import io.firn.compaction.segment.FileMark;
import io.firn.compaction.segment.SegmentMarks;
import io.firn.compaction.segment.SegmentMeta;
import io.firn.compaction.segment.SegmentName;
import io.firn.compaction.store.Manifest;
import java.util.ArrayList;
import java.util.List;

/**
 * One file of a generation.
 *
 * @param segment whose
 * @param kind which of its files
 * @param name of the file on the disk
 * @param mark what it must be
 */
record ArchivedFile(SegmentMeta segment, FileKind kind, String name, FileMark mark) {

    /** All files of a generation, those with records last: what they are looked up by is there before them. */
    static List<ArchivedFile> of(Manifest manifest) {
        List<ArchivedFile> files = new ArrayList<>();
        for (SegmentMeta segment : manifest.segments()) {
            SegmentName name = segment.name();
            SegmentMarks marks = segment.marks();
            files.add(new ArchivedFile(segment, FileKind.KEYS, name.keys(), marks.keys()));
            files.add(new ArchivedFile(segment, FileKind.INDEX, name.index(), marks.index()));
            long live = segment.liveness().liveGeneration();
            if (live != 0) {
                files.add(new ArchivedFile(segment, FileKind.LIVE, name.live(live), marks.live()));
            }
        }
        for (SegmentMeta segment : manifest.segments()) {
            files.add(new ArchivedFile(
                    segment, FileKind.LOG, segment.name().log(), segment.marks().log()));
        }
        return files;
    }

    /** Name of its object. */
    String object(ArchiveNames names) {
        return names.file(name, mark);
    }
}
