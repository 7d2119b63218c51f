package io.firn.broker.log;

import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.Position;
import io.firn.broker.runtime.ReadablePosition;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.runtime.TaskAgent;
import io.firn.broker.runtime.WorkBatch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable log of all messages: records in position order in segments of one length. Opening recovers it. Reading
 * takes no lock; appending is {@link #writer()}'s, durability {@link #flusher()}'s.
 */
public final class CommitLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CommitLog.class);
    private static final Duration CHECKPOINT_PERIOD = Duration.ofSeconds(1);
    private static final Duration COLD_IDLE_PERIOD = Duration.ofMinutes(1);

    private final LogConfig config;
    private final StoreDirectory directory;
    private final Checkpoint checkpoint;
    private final TaskAgent housekeeper;
    private final RecoveryReport recovery;
    private final LogTail tail;
    private final LogFlusher flusher;
    private final LogWriter writer;
    private final Wakes appendWakes = new Wakes();
    private final ColdReads cold;
    private volatile boolean closed;

    private CommitLog(
            LogConfig config, StoreDirectory directory, LogRuntime runtime, Recovered recovered, SegmentFiles files) {
        this.config = config;
        this.directory = directory;
        this.checkpoint = recovered.checkpoint();
        this.housekeeper = runtime.housekeeper();
        this.recovery = recovered.report();
        LogMetrics metrics = new LogMetrics(runtime.metrics());
        LogSegments segments = recovered.segments();
        Position appended = new Position(recovery.end());
        SpareSegment spare = new SpareSegment(config, files, segments);
        PopulateAhead ahead = new PopulateAhead(
                runtime, segments, spare, appended, config.populateAhead().toBytes());
        this.tail = new LogTail(segments, spare, ahead, appended);
        this.flusher = new LogFlusher(config, runtime, metrics, files, new LogState(segments, appended, checkpoint));
        this.writer = new LogWriter(
                runtime.clock(), metrics, new AppendLock(config.stuckAfter(), metrics), tail, flusher, appendWakes);
        this.cold = new ColdReads(config, tail, flusher, files, metrics);
    }

    /**
     * Opens the log, recovers it, and starts the flusher.
     *
     * @param directory the open store; tells how the last run ended, and keeps its {@code abort} when this one ends badly
     * @param checkpoint of the same store; written by the log once a second when it changed, and at close
     * @throws CorruptLogException when records that were safe are damaged
     * @throws StorageException when a file is missing, stray, of the wrong length, or can not be used
     */
    public static CommitLog open(
            LogConfig config, StoreDirectory directory, Checkpoint checkpoint, LogRuntime runtime) {
        return open(config, directory, checkpoint, runtime, SegmentFiles.under(runtime.disk()));
    }

    static CommitLog open(
            LogConfig config, StoreDirectory directory, Checkpoint checkpoint, LogRuntime runtime, SegmentFiles files) {
        Recovered recovered = Recovered.of(config, directory.lastStop(), checkpoint, files);
        checkpoint.write();
        directory.recovered();
        CommitLog log = new CommitLog(config, directory, runtime, recovered, files);
        log.start(runtime);
        return log;
    }

    private void start(LogRuntime runtime) {
        LogMetrics.gauges(runtime.metrics(), this, cold);
        flusher.start();
        tail.ahead().request();
        housekeeper.every(CHECKPOINT_PERIOD, checkpoint::write);
        housekeeper.every(COLD_IDLE_PERIOD, this::dropIdleHistory);
    }

    /** Adds records. */
    public LogWriter writer() {
        return writer;
    }

    /** Tells when records are safe. */
    public LogFlusher flusher() {
        return flusher;
    }

    /** Position behind the last record that can be read. */
    public ReadablePosition appended() {
        return tail.appended();
    }

    /** Position below which everything is on disk. */
    public ReadablePosition flushed() {
        return flusher.flushed();
    }

    /** Position of the oldest byte. */
    public long minPosition() {
        return tail.segments().minPosition();
    }

    /** What opening found. */
    public RecoveryReport recovery() {
        return recovery;
    }

    /**
     * A range of the log, kept readable until the slice is closed; null when it lies before the oldest byte, beyond
     * the appended position, or across the end of a segment (where no record does). Any thread, lock-free.
     */
    public @Nullable LogSlice slice(long position, int size) {
        if (size < 0 || position < 0 || position + size > tail.appended().get()) {
            return null;
        }
        LogSegment segment = tail.segments().find(position);
        if (segment == null
                || position + size > segment.end()
                || !segment.file().tryRetain()) {
            return null;
        }
        MemorySegment memory = segment.memory().asSlice(position - segment.base(), size);
        return new LogSlice(segment.file(), memory, position, segment);
    }

    /**
     * As {@link #slice}, for who reads messages in order: history that is not in memory comes from the disk past the page
     * cache. May wait for the disk, as reading a slice may.
     *
     * @param beside an open slice of the same reader, which is likely to lie beside the range; spares looking for it
     * @throws StorageException when the disk can not read it
     */
    public @Nullable LogSlice load(long position, int size, @Nullable LogSlice beside) {
        LogSlice history = cold.isNear(position) ? null : cold.slice(position, size, beside);
        return history == null ? slice(position, size) : history;
    }

    /** Gives back the memory of history when nobody asked for any since the last call. */
    void dropIdleHistory() {
        cold.dropIdle();
    }

    /**
     * The position that a range which begins at {@code position} should not go beyond, when it can be helped, for
     * {@link #load} to give it in one piece from memory it has.
     */
    public long loadableEnd(long position) {
        return cold.isNear(position) ? Long.MAX_VALUE : cold.chunkEnd(position);
    }

    /**
     * All from a position to a limit or to the end of the position's segment, whichever comes first, kept readable until
     * the slice is closed; null when the position lies before the oldest byte or there is nothing up to the limit.
     */
    public @Nullable LogSlice rest(long position, long limit) {
        LogSegment segment = tail.segments().find(position);
        long end = Math.min(limit, tail.appended().get());
        return segment == null || position >= end
                ? null
                : slice(position, (int) (Math.min(end, segment.end()) - position));
    }

    /** Whether it never held a record: neither now nor before retention took them. Any thread. */
    public boolean isUnused() {
        return tail.appended().get() == 0;
    }

    /**
     * Lets a log that never held a record begin at the first segment boundary at or above a position: below it another log,
     * which is lost here, had messages that are still known elsewhere by their positions. At wiring, before anybody appends
     * or reads; does nothing when the log was used.
     *
     * @throws StorageException when the segment can not be made
     */
    public void beginAbove(long floor) {
        long bytes = config.segmentSize().toBytes();
        long base = (floor + bytes - 1) / bytes * bytes;
        tail.ahead().whileIdle(() -> {
            if (writer.beginAt(base)) {
                LOG.info("the log is empty and begins at {}: positions below {} were used before", base, floor);
            }
        });
        tail.ahead().request();
    }

    /** A reader that starts at a record's boundary. */
    public LogReader reader(long from) {
        return new LogReader(tail.segments(), from);
    }

    /** The files, oldest first. */
    public List<SegmentStats> segments() {
        List<SegmentStats> stats = new ArrayList<>();
        LogSegment[] all = tail.segments().toArray();
        for (LogSegment segment : all) {
            Path path = segment.file().path();
            try {
                stats.add(new SegmentStats(
                        path,
                        segment.base(),
                        segment.file().length(),
                        Files.getLastModifiedTime(path).toInstant(),
                        segment == all[all.length - 1] ? SegmentStats.State.ACTIVE : SegmentStats.State.SEALED));
            } catch (IOException e) {
                throw StorageErrors.of("look at", path, e);
            }
        }
        return stats;
    }

    /**
     * Deletes the oldest segment when it is full and on disk; false when it is not. Who reads it goes on reading: the
     * mapping goes with the last reader. May block on the disk; call it from the housekeeper.
     */
    public boolean dropOldest() {
        long flushedTo = flusher.flushed().get();
        LogSegment oldest = tail.segments().removeOldest(segment -> segment.end() <= flushedTo);
        if (oldest == null) {
            return false;
        }
        LOG.info("dropping segment {}, the log now starts at {}", oldest, minPosition());
        oldest.file().retire(housekeeper);
        MappedFile.delete(oldest.file().path());
        return true;
    }

    /** At wiring: {@code wake} runs after appends, on the appending thread when its {@link WorkBatch} ends; must not block. */
    public void onAppend(Runnable wake) {
        appendWakes.add(wake);
    }

    /** From now on {@code wake} runs after each force on the flusher's thread; must not block. */
    public void onFlush(Runnable wake) {
        flusher.onFlush(wake);
    }

    /**
     * Refuses appends, forces what is left, writes the checkpoint, deletes the unused next segment and unmaps, when the
     * last slice is closed. When the disk fails, {@code abort} stays, so that the next start recovers.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        writer.close("commit log in " + config.directory() + " is closed");
        Closer closer = new Closer();
        closer.add(this::unmap);
        closer.add(cold);
        closer.add(checkpoint::write);
        closer.add(tail.spare()::close);
        closer.add(tail.ahead()::close);
        closer.add(flusher::close);
        try {
            closer.close();
        } catch (RuntimeException e) {
            directory.keepAbort("closing the commit log failed: " + e.getMessage());
            throw e;
        }
    }

    private void unmap() {
        for (LogSegment segment : tail.segments().toArray()) {
            segment.file().retire();
        }
    }

    /** The outcome of recovery. */
    private record Recovered(LogSegments segments, RecoveryReport report, Checkpoint checkpoint) {

        static Recovered of(
                LogConfig config, RecoveryReport.LastStop lastStop, Checkpoint checkpoint, SegmentFiles files) {
            long bytes = config.segmentSize().toBytes();
            List<LogSegment> found = new LogFiles(config.directory(), bytes, files).load();
            try {
                RecoveryReport report = new LogRecovery(config, checkpoint, lastStop, files, found).run();
                if (found.isEmpty()) {
                    found.add(SpareSegment.create(config.directory(), 0, bytes, files));
                }
                return new Recovered(new LogSegments(bytes, found.toArray(LogSegment[]::new)), report, checkpoint);
            } catch (RuntimeException e) {
                found.forEach(segment -> segment.file().retire());
                throw e;
            }
        }
    }
}
