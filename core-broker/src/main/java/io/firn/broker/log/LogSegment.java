package io.firn.broker.log;

import io.firn.broker.runtime.StorageFullException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One file of the log and where it stands. Knows how far its pages are populated: below that mark writing neither
 * faults nor fails. The mark only grows; owner: the {@code populating} lock.
 */
final class LogSegment {

    /** How much is populated at once: long enough to be cheap per page, short enough to wait for. */
    private static final long POPULATE_BYTES = 1 << 20;

    private final long base;
    private final MappedFile file;
    private final MemorySegment memory;
    private final SegmentFiles files;
    private final ReentrantLock populating = new ReentrantLock();
    /** Log position up to which pages are ready. */
    private volatile long populated;

    /**
     * A segment whose bytes up to {@code used} are written.
     *
     * @param base log position of its first byte
     * @param used log position
     */
    LogSegment(long base, MappedFile file, long used, SegmentFiles files) {
        this.base = base;
        this.file = file;
        this.memory = file.memory();
        this.files = files;
        this.populated = used;
    }

    /** Log position of its first byte. */
    long base() {
        return base;
    }

    /** Log position behind its last byte. */
    long end() {
        return base + memory.byteSize();
    }

    MappedFile file() {
        return file;
    }

    MemorySegment memory() {
        return memory;
    }

    /** Log position up to which pages are ready. */
    long populated() {
        return populated;
    }

    /** Makes pages ready at least up to log position {@code target}; waits for the disk. Any thread. */
    void populate(long target) {
        long wanted = Math.min(target, end());
        while (populated < wanted) {
            populateOnce(wanted);
        }
    }

    private void populateOnce(long wanted) {
        populating.lock();
        try {
            long from = populated;
            if (from < wanted) {
                long step = (from - base) / POPULATE_BYTES * POPULATE_BYTES + POPULATE_BYTES;
                populated = populateSome(from, wanted, Math.min(end(), base + step));
            }
        } finally {
            populating.unlock();
        }
    }

    /** Takes a whole step when the disk has room for it, else only what is wanted. */
    private long populateSome(long from, long wanted, long step) {
        try {
            files.populate(file, from - base, step - from);
            return step;
        } catch (StorageFullException e) {
            if (step <= wanted) {
                throw e;
            }
            files.populate(file, from - base, wanted - from);
            return wanted;
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
