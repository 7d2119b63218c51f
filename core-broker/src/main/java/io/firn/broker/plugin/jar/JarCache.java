package io.firn.broker.plugin.jar;

import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * Copies of plugin jars named {@code <sha256>.jar}. A loaded jar is never the file an operator may overwrite, and what
 * was checked is what is loaded: the digest is taken of the bytes that are copied. One thread.
 */
public final class JarCache {

    /** More is no plugin: the largest known, with a cloud SDK inside, has a tenth of it. */
    private static final long MAX_BYTES = 512L << 20;

    private static final int CHUNK_BYTES = 1 << 16;

    private final Path directory;

    public JarCache(Path directory) {
        this.directory = directory;
    }

    /** A copy and what it is called by. */
    record Copy(Path file, String sha256, long sizeBytes) {}

    /**
     * Copies the file.
     *
     * @throws PluginException when it is empty, too large or cannot be read
     * @throws StorageException when the cache cannot be written
     */
    Copy copy(Path source) {
        Path fresh = directory.resolve("incoming.tmp");
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new StorageException("can not make the directory of plugin copies " + directory + ": " + e, e);
        }
        MessageDigest digest = sha256();
        long size;
        try {
            size = transfer(source, fresh, digest);
            String name = HexFormat.of().formatHex(digest.digest());
            Path target = directory.resolve(name + ".jar");
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return new Copy(target, name, size);
        } catch (IOException e) {
            throw new PluginException(source.getFileName() + " can not be copied to " + directory + ": " + e, e);
        }
    }

    private static long transfer(Path source, Path fresh, MessageDigest digest) throws IOException {
        long size = 0;
        byte[] chunk = new byte[CHUNK_BYTES];
        try (InputStream in = Files.newInputStream(source);
                OutputStream out = Files.newOutputStream(fresh)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                size += n;
                if (size > MAX_BYTES) {
                    throw new IOException("it has more than " + (MAX_BYTES >> 20) + " MiB, which is no plugin");
                }
                digest.update(chunk, 0, n);
                out.write(chunk, 0, n);
            }
        }
        return size;
    }

    /** Deletes a copy that turned out to be of no use. */
    void discard(Copy copy) {
        try {
            Files.deleteIfExists(copy.file());
        } catch (IOException e) {
            throw new StorageException("can not delete " + copy.file() + ": " + e, e);
        }
    }

    /** Deletes every copy but these, left by earlier runs and versions. */
    public void retain(Set<Path> used) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (!used.contains(file)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new StorageException("can not tidy " + directory + ": " + e, e);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
