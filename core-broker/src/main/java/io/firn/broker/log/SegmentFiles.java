package io.firn.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
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

        @Override
        public boolean isInMemory(MappedFile file, long from, long length) {
            return file.isInMemory(from, length);
        }

        @Override
        public void read(Path path, long from, ByteBuffer into, OpenOption... how) throws IOException {
            try (FileChannel channel = FileChannel.open(path, how)) {
                while (into.hasRemaining() && channel.read(into, from + into.position()) > 0) {
                    // a disk may give less than was asked for
                }
            }
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

            @Override
            public boolean isInMemory(MappedFile file, long from, long length) {
                return DISK.isInMemory(file, from, length);
            }

            @Override
            public void read(Path path, long from, ByteBuffer into, OpenOption... how) throws IOException {
                DISK.read(path, from, into, how);
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

    /** Whether a range of a retained file can be read without its disk; may be outdated as soon as it is told. */
    boolean isInMemory(MappedFile file, long from, long length);

    /**
     * Reads from byte {@code from} of a file on until {@code into}, which is read to from its start, or the file ends.
     *
     * @param how the file is opened
     */
    void read(Path path, long from, ByteBuffer into, OpenOption... how) throws IOException;
}
