package io.firn.broker.log;

import java.nio.file.Path;

/** The seam between the log and the disk, so that tests can make the disk fail. Any thread. */
interface SegmentFiles {

    /** The real disk. */
    SegmentFiles DISK = new SegmentFiles() {
        @Override
        public MappedFile open(Path path, long length, MappedFile.Access access) {
            return MappedFile.open(path, length, access);
        }

        @Override
        public void populate(MappedFile file, long from, long length) {
            file.populate(from, length);
        }

        @Override
        public void force(MappedFile file, long from, long length) {
            file.force(from, length);
        }
    };

    MappedFile open(Path path, long length, MappedFile.Access access);

    void populate(MappedFile file, long from, long length);

    void force(MappedFile file, long from, long length);
}
