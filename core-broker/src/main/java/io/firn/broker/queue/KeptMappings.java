package io.firn.broker.queue;

import io.firn.broker.log.MappedFile;
import io.firn.broker.log.MappedFile.Access;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The entry files that the dispatcher's batch writes to, each held once from its first entry to the end of the batch:
 * what follows finds the mapping in a field, without an atomic operation. A held mapping is not unmapped, also when the
 * pool evicts it or the file is deleted. As this keeps mappings beyond the pool's limit, no more than a fixed number is
 * held: one more lets the oldest go.
 *
 * <p>A file is noted as changed when it is let go, and not with each entry. The owner lets all go before it publishes how
 * far it dispatched: a forcing pass takes that position first and then the list, so what lies below the position is in
 * the list. Owner: the dispatcher's thread.
 */
final class KeptMappings {

    /** More would not be found again within a batch. */
    private static final int MAX = 512;

    private final ChangedFiles changed;
    /** A ring: {@link #count} files from {@link #oldest} on. */
    private final LazyFile[] files;

    private int oldest;
    private int count;

    /**
     * Holds nothing yet.
     *
     * @param pooled the limit of the pool these files are in; at most half as many are held, and at least one
     * @param changed gets the files that were let go
     */
    KeptMappings(int pooled, ChangedFiles changed) {
        this.files = new LazyFile[Math.clamp(pooled / 2, 1, MAX)];
        this.changed = changed;
    }

    /** How many files are held now. */
    int count() {
        return count;
    }

    /** How many files may be held. */
    int limit() {
        return files.length;
    }

    /**
     * The mapping of a file that is going to be written to, made when the file is not there. Not to be released, and used
     * before the next call only. Null when the file was deleted or the room is closed.
     *
     * @throws io.firn.broker.runtime.StorageException when it can not be made or mapped; what is held stays so
     */
    @Nullable
    MappedFile keep(LazyFile file) {
        MappedFile held = file.kept;
        return held != null ? held : hold(file);
    }

    private @Nullable MappedFile hold(LazyFile file) {
        MappedFile mapping = file.acquire(Access.CREATE);
        if (mapping == null) {
            return null;
        }
        if (count == files.length) {
            VarHandle.fullFence(); // as in releaseAll
            releaseOldest();
        }
        files[(oldest + count) % files.length] = file;
        count++;
        file.kept = mapping;
        return mapping;
    }

    /** Lets every file go; nothing to do when none is held. At the end of each batch, also of one that failed. */
    void releaseAll() {
        if (count == 0) {
            return;
        }
        // The entries, then the look at the dirty marks: the housekeeper clears a mark and then forces. Without a full
        // fence the look could come first, see the mark of before, and an entry that the force missed would be in no list.
        VarHandle.fullFence();
        while (count > 0) {
            releaseOldest();
        }
    }

    private void releaseOldest() {
        LazyFile file = files[oldest];
        MappedFile mapping = file.kept;
        file.kept = null;
        oldest = (oldest + 1) % files.length;
        count--;
        changed.add(file);
        if (mapping != null) {
            mapping.release();
        }
    }
}
