package io.firn.broker.plugin.store;

import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The directory of one plugin in the store, {@code plugins/<id>}, taken as long as the plugin is there: the store's own
 * lock does not help where brokers of two stores are given one directory for plugins. Owner: the thread of the host.
 */
public final class DataDirectory implements AutoCloseable {

    private static final String LOCK = ".lock";

    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes the directory when it is missing and takes it.
     *
     * @throws StorageException when it can not be made, or somebody else has it
     */
    public static DataDirectory open(Path path) {
        Path file = path.resolve(LOCK);
        try {
            Files.createDirectories(path);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isTaken(channel)) {
                channel.close();
                throw new StorageException("the plugin's directory " + path + " is in use by another broker: stop that"
                        + " broker, or give this one another storePathRootDir");
            }
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            throw new StorageException("can not take the plugin's directory " + path + ": " + e, e);
        }
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // another broker of this process, as in tests
            return false;
        }
    }

    public Path path() {
        return path;
    }

    /** Lets it go; its files stay. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new StorageException("can not let go of the plugin's directory " + path + ": " + e, e);
        }
    }
}
