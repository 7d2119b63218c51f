package io.firn.broker.log;

import io.firn.broker.runtime.StorageException;
import io.firn.broker.runtime.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** A disk that fills up, fails or stalls when a test says so. */
final class FaultyFiles implements SegmentFiles {

    /** Nothing happens before a read. */
    static final Reading SOUND = (path, how) -> {};

    /** What happens before a file is read. */
    interface Reading {
        void before(Path path, OpenOption... how) throws IOException;
    }

    final AtomicInteger forces = new AtomicInteger();
    volatile boolean full;
    volatile boolean failing;
    /** What was written counts as being on the disk only. */
    volatile boolean forgets;

    volatile Reading reading = SOUND;
    /** A force takes one permit; plenty unless drained. */
    final Semaphore permits = new Semaphore(Integer.MAX_VALUE / 2);

    @Override
    public MappedFile open(Path path, long length, MappedFile.Access access) {
        return MappedFile.open(path, length, access);
    }

    @Override
    public void populate(MappedFile file, long from, long length) {
        if (full) {
            throw new StorageFullException("can not extend " + file + ": no space left");
        }
        file.populate(from, length);
    }

    @Override
    public void force(MappedFile file, long from, long length) {
        permits.acquireUninterruptibly();
        forces.incrementAndGet();
        if (failing) {
            throw new StorageException("can not force " + file);
        }
        file.force(from, length);
    }

    @Override
    public boolean isInMemory(MappedFile file, long from, long length) {
        return !forgets && SegmentFiles.DISK.isInMemory(file, from, length);
    }

    @Override
    public void read(Path path, long from, ByteBuffer into, OpenOption... how) throws IOException {
        reading.before(path, how);
        SegmentFiles.DISK.read(path, from, into, how);
    }

    /** Makes forces wait. */
    void stall() {
        permits.drainPermits();
    }

    void goOn() {
        permits.release(Integer.MAX_VALUE / 2);
    }
}
