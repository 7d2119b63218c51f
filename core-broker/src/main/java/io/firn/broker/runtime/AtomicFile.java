package io.firn.broker.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Small files that are replaced whole: the new content is forced to disk under another name and then renamed, the
 * previous content stays as {@code <name>.bak}. A crash leaves the old or the new file, never half of one.
 */
public final class AtomicFile {

    private AtomicFile() {}

    /**
     * Replaces the file's content. May block on the disk.
     *
     * @throws StorageException naming the file when it can not be written
     */
    public static void write(Path target, byte[] content) {
        Path fresh = target.resolveSibling(target.getFileName() + ".tmp");
        try {
            Files.createDirectories(directoryOf(target));
            try (FileChannel out = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            keepPrevious(target);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceDirectory(directoryOf(target));
        } catch (IOException e) {
            throw new StorageException("can not write " + target + ": " + e, e);
        }
    }

    /**
     * Reads the file; its {@code .bak} when it is missing or empty; nothing when both are.
     *
     * @throws StorageException naming the file when it is there and can not be read
     */
    public static Optional<byte[]> read(Path target) {
        Optional<byte[]> main = readOne(target);
        return main.isPresent() ? main : readOne(backupOf(target));
    }

    private static Optional<byte[]> readOne(Path file) {
        try {
            byte[] content = Files.readAllBytes(file);
            return content.length == 0 ? Optional.empty() : Optional.of(content);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageException("can not read " + file + ": " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        return e instanceof FileSystemException failure && failure.getReason() != null
                ? failure.getReason()
                : e.toString();
    }

    /** A second link to the old content, so that the target itself is never missing. */
    private static void keepPrevious(Path target) throws IOException {
        if (Files.exists(target)) {
            Path link = target.resolveSibling(target.getFileName() + ".bak.tmp");
            Files.deleteIfExists(link);
            try {
                Files.createLink(link, target);
            } catch (UnsupportedOperationException e) {
                Files.copy(target, link, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(link, backupOf(target), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Path backupOf(Path target) {
        return target.resolveSibling(target.getFileName() + ".bak");
    }

    private static Path directoryOf(Path target) {
        Path parent = target.toAbsolutePath().getParent();
        if (parent == null) {
            throw new StorageException("not a file in a directory: " + target);
        }
        return parent;
    }

    /** Makes the rename itself durable. */
    private static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
