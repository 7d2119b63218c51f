package io.firn.broker.log;

import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's root, owned by one process at a time, with RocketMQ's two marks:
 *
 * <pre>
 *   lock    content "lock"; bytes [0,1) are locked as long as the store is open
 *   abort   content the process id; there from opening to a clean close, so that finding it means a crash
 * </pre>
 */
public final class StoreDirectory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StoreDirectory.class);

    private final Path root;
    private final FileChannel lockChannel;
    private final RecoveryReport.LastStop lastStop;
    /** Why the next start has to treat this run as crashed; null when it need not. */
    private volatile @Nullable String dirty;

    private StoreDirectory(Path root, FileChannel lockChannel, RecoveryReport.LastStop lastStop) {
        this.root = root;
        this.lockChannel = lockChannel;
        this.lastStop = lastStop;
        this.dirty = lastStop == RecoveryReport.LastStop.CRASHED ? "the crash before was not recovered from" : null;
    }

    /**
     * Creates the directory when it is missing and takes it.
     *
     * @throws StorageException when another process has it, or it can not be written
     */
    public static StoreDirectory open(Path root) {
        Closer closer = new Closer();
        try {
            Files.createDirectories(root);
            FileChannel channel = closer.add(FileChannel.open(
                    root.resolve("lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE));
            lock(root, channel);
            channel.write(ByteBuffer.wrap("lock".getBytes(StandardCharsets.US_ASCII)), 0);
            Path abort = abort(root);
            boolean crashed = Files.exists(abort);
            Files.writeString(abort, Long.toString(ProcessHandle.current().pid()));
            MappedFile.forceDirectory(abort);
            return new StoreDirectory(
                    root, channel, crashed ? RecoveryReport.LastStop.CRASHED : RecoveryReport.LastStop.CLEAN);
        } catch (IOException e) {
            closer.close();
            throw StorageErrors.of("open the store in", root, e);
        } catch (StorageException e) {
            closer.close();
            throw e;
        }
    }

    private static void lock(Path root, FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock(0, 1, false);
            if (lock != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            throw new StorageException("store " + root + " is open in this process already", e);
        }
        String holder = Files.exists(abort(root))
                ? ", process " + Files.readString(abort(root)).trim()
                : "";
        throw new StorageException("store " + root + " is in use by another broker" + holder
                + ": stop it, or give this one another storePathRootDir");
    }

    private static Path abort(Path root) {
        return root.resolve("abort");
    }

    public Path root() {
        return root;
    }

    /** How the run before this one ended. */
    public RecoveryReport.LastStop lastStop() {
        return lastStop;
    }

    /** The log was recovered: what was wrong before is put right. */
    void recovered() {
        dirty = null;
    }

    /** Makes the next start treat this run as crashed, because something could not be brought to disk. Any thread. */
    public void keepAbort(String reason) {
        dirty = reason;
    }

    /** Removes {@code abort}, unless {@link #keepAbort} was called, and lets the directory go. */
    @Override
    public void close() {
        try (lockChannel) {
            if (dirty != null) {
                LOG.info("store {} is left as after a crash: {}", root, dirty);
            } else {
                Files.deleteIfExists(abort(root));
                MappedFile.forceDirectory(abort(root));
            }
        } catch (IOException e) {
            throw StorageErrors.of("close the store in", root, e);
        }
    }
}
