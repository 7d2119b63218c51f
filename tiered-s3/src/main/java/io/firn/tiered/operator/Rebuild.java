package io.firn.tiered.operator;

import io.firn.spi.contract.Deadline;
import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.commit.Catalogue;
import io.firn.tiered.commit.StoredBytes;
import io.firn.tiered.format.FormatException;
import io.firn.tiered.format.RpkReader;
import io.firn.tiered.format.SliceRebuild;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/**
 * Writes archived positions as the bytes they were in the commit log, into a file named as a segment of it, slice by slice.
 * What was written before the time was up stays, in a file that ends in {@code .part}, and the next run goes on there. While
 * it is being written it ends in {@code .tmp}: what a killed run leaves may be holes, and the next run throws it away. An
 * operator's thread, which it blocks; no two at the same {@code from} at a time.
 *
 * @param directory where files go; made when it is not there
 */
record Rebuild(Archive archive, ObjectStore store, Path directory, CancelToken cancel) {
    /**
     * How far it came.
     *
     * @param file the whole file, or the part
     * @param upTo behind the last position written
     */
    record Result(Path file, long upTo, State state) {}

    /** Whether a file is whole. */
    enum State {
        WHOLE,
        PART
    }

    /**
     * Writes positions {@code from} to {@code to}, both where slices begin or end.
     *
     * @throws IllegalArgumentException no slice begins or ends there, some of the range is not archived, or an earlier run
     *     came farther than {@code to}
     * @throws FormatException an object gives other bytes than were archived
     * @throws UncheckedIOException the disk refuses
     */
    Result run(long from, long to, Deadline deadline) {
        Path file = directory.resolve(String.format(Locale.ROOT, "%020d", from));
        Path part = directory.resolve(file.getFileName() + ".part");
        Path tmp = directory.resolve(file.getFileName() + ".tmp");
        try {
            Files.createDirectories(directory);
            if (Files.exists(file)) {
                throw new IllegalArgumentException(file + " is there already: move it away to write it anew");
            }
            Files.deleteIfExists(tmp);
            if (Files.exists(part)) {
                Files.move(part, tmp, StandardCopyOption.ATOMIC_MOVE);
            }
            long at = write(tmp, part, from, to, deadline);
            if (at < to) {
                return new Result(part, at, State.PART);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            return new Result(file, at, State.WHOLE);
        } catch (IOException e) {
            throw new UncheckedIOException(tmp + " can not be written", e);
        }
    }

    /** Whatever ends it, the part then is whole slices that were proven and are on the disk. */
    private long write(Path tmp, Path part, long from, long to, Deadline deadline) throws IOException {
        try (FileChannel channel =
                FileChannel.open(tmp, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long at = from + channel.size();
            try {
                if (at > to) {
                    throw new IllegalArgumentException(part + " reaches position " + at + " already, behind --to " + to
                            + ": give --to " + at + " or one behind it, or move the file away to begin anew");
                }
                while (at < to && !deadline.isExpired()) {
                    at = slice(channel, from, at, to);
                }
            } finally {
                channel.truncate(at - from);
                channel.force(true);
                Files.move(tmp, part, StandardCopyOption.ATOMIC_MOVE);
            }
            return at;
        }
    }

    private long slice(FileChannel channel, long from, long at, long to) throws IOException {
        Catalogue catalogue = archive.catalogue();
        int row = catalogue.firstFrom(at);
        if (row == catalogue.objects() || catalogue.base(row) != at) {
            throw new IllegalArgumentException(
                    "no archived slice begins at position " + at + "; ls shows where they do");
        }
        long end = catalogue.end(row);
        if (end > to) {
            throw new IllegalArgumentException(
                    "the slice at position " + at + " ends at " + end + ", behind --to " + to);
        }
        List<RpkReader> objects = archive.objectsAt(at).stream()
                .map(object -> RpkReader.open(new StoredBytes(store, object.key(), cancel)))
                .toList();
        try (Arena arena = Arena.ofConfined()) { // the file is the memory: a slice may be 1 GiB
            ByteBuffer out =
                    channel.map(MapMode.READ_WRITE, at - from, end - at, arena).asByteBuffer();
            SliceRebuild.rebuild(objects, out);
        }
        return end;
    }
}
