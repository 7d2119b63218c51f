package io.firn.broker.queue;

import io.firn.broker.log.MappedFile;
import io.firn.broker.log.MappedFile.Access;
import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file of fixed length that is mapped when somebody uses it and unmapped when the {@link MappingPool} needs the room.
 * Any thread.
 */
final class LazyFile {

    static final int NOT_POOLED = -1;

    /** Place in the pool's list; under the pool's lock. */
    int poolSlot = NOT_POOLED;

    /** The mapping while it is held for a batch of entries; owner: {@link KeptMappings}. */
    @Nullable
    MappedFile kept;

    private final MappingPool pool;
    private final Path path;
    private final long length;

    /** Set under this object's lock, cleared under the pool's. */
    private volatile @Nullable MappedFile mapping;
    /** A hint for the pool, racy on purpose. */
    private boolean touched;
    /** Under this object's lock. */
    private boolean deleted;
    /** Whether the file is in the list of files to force. Set by the writer, cleared before forcing. */
    private volatile boolean dirty;

    LazyFile(MappingPool pool, Path path, long length) {
        this.pool = pool;
        this.path = path;
        this.length = length;
    }

    Path path() {
        return path;
    }

    /**
     * The mapping, retained: the caller releases it. Null when the file was deleted or the room is
     * closed.
     *
     * @param ifMissing what to do when there is no such file
     */
    @Nullable
    MappedFile acquire(Access ifMissing) {
        MappedFile current = mapping;
        if (current != null && current.tryRetain()) {
            if (!touched) {
                touched = true;
            }
            return current;
        }
        return map(ifMissing);
    }

    private synchronized @Nullable MappedFile map(Access ifMissing) {
        if (deleted || pool.isClosed()) {
            return null;
        }
        MappedFile current = mapping;
        if (current != null && current.tryRetain()) {
            return current;
        }
        MappedFile fresh = MappedFile.open(path, length, ifMissing);
        // else the first touch of a page reads ahead, or fills holes ahead: megabytes for each of many small queues
        fresh.adviseRandom();
        boolean retained = fresh.tryRetain();
        assert retained : "a new mapping can be retained";
        touched = true;
        mapping = fresh;
        pool.add(this);
        return fresh;
    }

    /** Forgets the mapping and returns it, for retiring. Called by the pool, under its lock. */
    MappedFile unmap() {
        MappedFile current = mapping;
        if (current == null) {
            throw new IllegalStateException(path + " is in the pool and not mapped");
        }
        mapping = null;
        return current;
    }

    /** Whether the file was used since the last call. */
    boolean clearTouched() {
        boolean was = touched;
        touched = false;
        return was;
    }

    /** Notes a change; true when the caller has to put the file on the list of files to force. */
    boolean markDirty() {
        if (dirty) {
            return false;
        }
        dirty = true;
        return true;
    }

    /** Brings all changes to the disk; noted as changed again when that fails. Housekeeper. */
    void force() {
        dirty = false;
        boolean done = false;
        try {
            forceMapping();
            done = true;
        } finally {
            if (!done) {
                dirty = true;
            }
        }
    }

    private void forceMapping() {
        MappedFile file = acquire(Access.READ_WRITE);
        if (file != null) {
            try {
                file.force(0, length);
            } finally {
                file.release();
            }
        }
    }

    /** Deletes the file; readers that hold its mapping keep it. Idempotent. */
    synchronized void delete() {
        close();
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new StorageException("can not delete " + path + ": " + e, e);
        }
    }

    /** The file is not mapped again. */
    synchronized void close() {
        deleted = true;
        pool.drop(this);
    }
}
