package io.firn.tiered.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * An object being written: a temporary file that gets its bytes, its trailer and a force, and then its name in one
 * step. Owned by the thread that began it; closing removes what was not published.
 */
final class ObjectFile implements AutoCloseable {
    private static final int CHUNK_BYTES = 256 << 10;
    private static final int PUBLISH_TRIES = 16;
    private static final Duration ABANDONED = Duration.ofDays(1);

    private final Path temporary;
    private final FileChannel channel;
    private final CRC32C crc = new CRC32C();
    private long length;

    private ObjectFile(Path temporary, FileChannel channel) {
        this.temporary = temporary;
        this.channel = channel;
    }

    static ObjectFile begin(Path temporary) throws IOException {
        Files.createDirectories(directoryOf(temporary));
        return new ObjectFile(
                temporary, FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    void append(String what, InputStream in, CancelToken cancel) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            cancel.check(what);
            crc.update(chunk, 0, n);
            write(ByteBuffer.wrap(chunk, 0, n));
            length += n;
        }
    }

    int crc32c() {
        return (int) crc.getValue();
    }

    long lengthBytes() {
        return length;
    }

    void seal(ObjectTrailer trailer) throws IOException {
        write(trailer.encode());
        channel.force(true);
    }

    /** Gives the file its name; for create-only an existing name is {@code FileAlreadyExistsException}. */
    void publish(Path target, PutMode mode) throws IOException {
        Path directory = directoryOf(target);
        for (int tried = 1; ; tried++) {
            createForced(directory);
            try {
                if (mode == PutMode.CREATE_ONLY) {
                    Files.createLink(target, temporary);
                } else {
                    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
                }
                force(directory);
                return;
            } catch (NoSuchFileException e) {
                // a delete pruned the empty directory in between
                if (tried == PUBLISH_TRIES) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(temporary);
    }

    /** Removes what writers left behind that died a day ago or earlier, by the file system's own clock. */
    static void sweep(Path now) throws IOException {
        Path directory = directoryOf(now);
        Files.createDirectories(directory);
        Files.write(now, new byte[0]);
        Instant dead = Files.getLastModifiedTime(now).toInstant().minus(ABANDONED);
        Files.delete(now);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(dead)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException finishedMeanwhile) {
            return;
        }
    }

    /** The directory a file of the store lies in; every one has one. */
    static Path directoryOf(Path file) {
        return Objects.requireNonNull(file.getParent(), () -> file + " lies in no directory");
    }

    /** Makes the names in a directory durable. */
    static void force(Path directory) throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private static void createForced(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent != null) {
            createForced(parent);
        }
        Files.createDirectories(directory);
        if (parent != null) {
            force(parent);
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
