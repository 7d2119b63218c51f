package io.firn.broker.log;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what lies far behind the end of the log and is not in memory, in chunks past the page cache. A mapping would cost
 * a page fault for every few records, and put history in the place of what is still needed. Chunks are few and shared by
 * all readers; the one that was not asked for the longest makes room for the next. When readers hold them all, when a
 * record does not fit in one, or when its file can not be opened, there is the mapping.
 *
 * <p>Any thread. Who asks for a chunk that another reads waits for it, as it would for a page. The lock is never held while
 * the disk is read.
 */
final class ColdReads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ColdReads.class);

    /** What is asked for counts as being in memory when this much from its start on is. */
    private static final int LOOKED_AT_BYTES = 64 * 1024;

    private final LogTail tail;
    private final LogFlusher flusher;
    private final SegmentFiles disk;
    private final ColdFiles files;
    private final LogMetrics metrics;
    private final long distance;
    private final int limit;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition loaded = lock.newCondition();
    /** By the position of their cells, the one that was not asked for the longest first. Owner: the lock. */
    private final LinkedHashMap<Long, ColdChunk> chunks = new LinkedHashMap<>(16, 0.75f, true);
    /** Cells that are being read. Owner: the lock. */
    private final Set<Long> loading = new HashSet<>();

    /** Whether any chunk was asked for since {@link #dropIdle()} looked. Owner: the lock. */
    private boolean used;

    private boolean closed;
    private volatile boolean saidWhy;

    ColdReads(LogConfig config, LogTail tail, LogFlusher flusher, SegmentFiles disk, LogMetrics metrics) {
        this.tail = tail;
        this.flusher = flusher;
        this.disk = disk;
        this.files = new ColdFiles(disk, config.directory());
        this.metrics = metrics;
        this.limit = config.cold().chunks();
        this.distance = limit == 0 ? Long.MAX_VALUE : config.cold().distance().toBytes();
    }

    /** Whether a position is too near to the end of the log for these reads. */
    boolean isNear(long position) {
        return position >= tail.appended().get() - distance;
    }

    /** The position up to which one chunk has what stands at a position that is not near. */
    long chunkEnd(long position) {
        LogSegment segment = tail.segments().find(position);
        return segment == null ? Long.MAX_VALUE : chunkEnd(segment, ColdChunk.cellOf(position, segment.base()));
    }

    private static long chunkEnd(LogSegment segment, long cell) {
        return Math.min(segment.end(), cell + ColdChunk.BYTES);
    }

    /**
     * A range that is not near; null when it is to be read through the mapping.
     *
     * @param beside an open slice whose chunk may have the range too
     * @throws io.firn.broker.runtime.StorageException when the disk can not read it
     */
    @Nullable
    LogSlice slice(long position, int size, @Nullable LogSlice beside) {
        if (beside != null && beside.hold() instanceof ColdChunk chunk && chunk.covers(position, size)) {
            chunk.retain();
            return new LogSlice(chunk, chunk.bytes(position, size), position, beside.segment());
        }
        LogSegment segment = tail.segments().find(position);
        if (segment == null || size < 0 || position + size > segment.end()) {
            return null;
        }
        long cell = ColdChunk.cellOf(position, segment.base());
        if (position + size > cell + ColdChunk.BYTES) {
            metrics.coldFallbacks.increment();
            return null;
        }
        ColdChunk chunk = find(cell);
        if (chunk == null && isReadable(segment, cell) && !isInMemory(segment, position)) {
            chunk = load(segment, cell);
        }
        return chunk == null ? null : new LogSlice(chunk, chunk.bytes(position, size), position, segment);
    }

    /** All of a chunk has to be on disk, and has to be far from the end: a chunk never grows. */
    private boolean isReadable(LogSegment segment, long cell) {
        long end = chunkEnd(segment, cell);
        return end <= flusher.flushed().get() && !isNear(end);
    }

    private boolean isInMemory(LogSegment segment, long position) {
        MappedFile file = segment.file();
        if (!file.tryRetain()) {
            return false;
        }
        try {
            return disk.isInMemory(
                    file, position - segment.base(), Math.min(LOOKED_AT_BYTES, segment.end() - position));
        } finally {
            file.release();
        }
    }

    /** A chunk that is there or on its way, with a hold for the caller. */
    private @Nullable ColdChunk find(long cell) {
        lock.lock();
        try {
            return held(cell);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable ColdChunk held(long cell) {
        while (loading.contains(cell)) {
            loaded.awaitUninterruptibly();
        }
        ColdChunk chunk = chunks.get(cell);
        if (chunk != null) {
            chunk.retain();
            used = true;
            metrics.coldHits.increment();
        }
        return chunk;
    }

    /** Reads a chunk; null when there is no memory for it, or when its file can not be opened. */
    private @Nullable ColdChunk load(LogSegment segment, long cell) {
        ColdChunk spare;
        lock.lock();
        try {
            ColdChunk other = held(cell);
            if (other != null) {
                return other;
            }
            boolean full = chunks.size() + loading.size() >= limit;
            spare = full ? takeIdle() : null;
            if (closed || (full && spare == null)) {
                metrics.coldFallbacks.increment();
                return null;
            }
            loading.add(cell);
        } finally {
            lock.unlock();
        }
        ColdChunk read = null;
        try {
            read = read(segment, cell, spare);
            return read;
        } finally {
            publish(cell, read);
        }
    }

    private void publish(long cell, @Nullable ColdChunk read) {
        lock.lock();
        try {
            loading.remove(cell);
            if (read != null && !closed) {
                read.retain();
                chunks.put(cell, read);
                used = true;
            }
            loaded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes out the chunk that nobody holds and nobody asked for the longest; null when all are held. */
    private @Nullable ColdChunk takeIdle() {
        Iterator<ColdChunk> oldestFirst = chunks.values().iterator();
        while (oldestFirst.hasNext()) {
            ColdChunk chunk = oldestFirst.next();
            if (chunk.isIdle()) {
                oldestFirst.remove();
                return chunk;
            }
        }
        return null;
    }

    /** Reads a cell and what follows it to the memory of {@code spare}, or to new memory; the chunk has one hold. */
    private @Nullable ColdChunk read(LogSegment segment, long cell, @Nullable ColdChunk spare) {
        ColdChunk.Room room;
        try {
            room = spare == null ? ColdChunk.Room.take() : spare.room();
        } catch (OutOfMemoryError e) {
            return fallBack("there is no memory for it outside the heap: " + e.getMessage());
        }
        ColdChunk chunk = new ColdChunk(room, cell, chunkEnd(segment, cell));
        boolean whole = false;
        try {
            files.read(segment.file().path(), cell - segment.base(), chunk.length(), room.buffer());
            metrics.coldChunks.increment();
            metrics.coldBytes.add(chunk.length());
            whole = true;
            return chunk;
        } catch (FileSystemException | ClosedChannelException e) {
            // not there any more, too many open files, or this thread is being stopped: the mapping needs none of it
            return fallBack(e.toString());
        } catch (IOException e) {
            throw StorageErrors.of("read", segment.file().path(), e);
        } finally {
            if (!whole) {
                chunk.release();
            }
        }
    }

    private @Nullable ColdChunk fallBack(String reason) {
        metrics.coldFallbacks.increment();
        if (!saidWhy) {
            saidWhy = true;
            LOG.info("history was read through the page cache, further times are only counted: {}", reason);
        }
        return null;
    }

    /** Gives all memory back when nobody has asked for a chunk since the last call. Called once in a while. */
    void dropIdle() {
        lock.lock();
        try {
            if (!used) {
                dropAll();
            }
            used = false;
        } finally {
            lock.unlock();
        }
    }

    private void dropAll() {
        for (ColdChunk idle = takeIdle(); idle != null; idle = takeIdle()) {
            idle.release();
        }
    }

    /** Bytes of memory in use, for metrics. */
    long memoryBytes() {
        lock.lock();
        try {
            return (long) (chunks.size() + loading.size()) * ColdChunk.BYTES;
        } finally {
            lock.unlock();
        }
    }

    /** No chunk is read from now on; those that are held go with their last reader. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            chunks.values().forEach(ColdChunk::release);
            chunks.clear();
        } finally {
            lock.unlock();
        }
    }
}
