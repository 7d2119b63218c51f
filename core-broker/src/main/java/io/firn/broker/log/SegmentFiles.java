package io.firn.broker.log;

import java.io.IOException;
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

    /** The real disk, or the error that {@code watch} throws. */
    static SegmentFiles under(DiskWatch watch) {
        return new SegmentFiles() {
            @Override
            public MappedFile open(Path path, long length, MappedFile.Access access) {
                if (access == MappedFile.Access.CREATE) {
                    ask(DiskWatch.Use.CREATE, "map", path);
                }
                return DISK.open(path, length, access);
            }

            @Override
            public void populate(MappedFile file, long from, long length) {
                ask(DiskWatch.Use.POPULATE, "extend", file.path());
                DISK.populate(file, from, length);
            }

            @Override
            public void force(MappedFile file, long from, long length) {
                ask(DiskWatch.Use.FORCE, "force", file.path());
                DISK.force(file, from, length);
            }

            private void ask(DiskWatch.Use use, String action, Path file) {
                try {
                    watch.before(use, file);
                } catch (IOException e) {
                    throw StorageErrors.of(action, file, e);
                }
            }
        };
    }

    MappedFile open(Path path, long length, MappedFile.Access access);

    void populate(MappedFile file, long from, long length);

    void force(MappedFile file, long from, long length);
}
