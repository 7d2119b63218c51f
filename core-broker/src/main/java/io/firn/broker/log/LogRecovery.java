package io.firn.broker.log;

import io.firn.broker.record.RecordStatus;
import io.firn.broker.runtime.StorageException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the end of the log. The checkpoint says from where it needs to be read; from there every record is verified.
 * What stands behind the last whole record is either a torn tail, which a crash explains: it is cut and zeroed, so that
 * none of it can be taken for a record later. Or it is damage among records that were safe: that is refused with file
 * and position, or given up when the operator says so. Used while opening, on one thread.
 */
final class LogRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);
    /** RocketMQ's own margin: its three checkpoint times are not written together. */
    private static final long CHECKPOINT_MARGIN_MS = 3000;
    /** How far behind the end leftovers are counted, for the message only. */
    private static final long COUNTED_BYTES = 16L << 20;

    private final LogConfig config;
    private final Checkpoint checkpoint;
    private final RecoveryReport.LastStop lastStop;
    private final SegmentFiles files;
    private final List<LogSegment> segments;
    private final LogScan scan;

    /**
     * Prepares.
     *
     * @param segments as loaded; changed to those that stay
     */
    LogRecovery(
            LogConfig config,
            Checkpoint checkpoint,
            RecoveryReport.LastStop lastStop,
            SegmentFiles files,
            List<LogSegment> segments) {
        this.config = config;
        this.checkpoint = checkpoint;
        this.lastStop = lastStop;
        this.files = files;
        this.segments = segments;
        this.scan = new LogScan(segments);
    }

    /** Reads, cuts, forces, and says in the checkpoint what is there now (not yet written to its file). */
    RecoveryReport run() {
        CheckpointFields fields = checkpoint.fields();
        boolean sealed = checkpoint.promise() == Checkpoint.Promise.SEALED;
        long promised = sealed ? fields.flushedPosition() : 0;
        if (segments.isEmpty()) {
            return empty(promised);
        }
        long min = segments.getFirst().base();
        long scanFrom = Math.min(segments.getLast().end(), sealed ? sealedStart(min, fields) : unsealedStart(fields));
        long dispatchFrom = sealed ? Math.max(min, fields.dispatchedPosition()) : scanFrom;
        scan.run(scanFrom);
        long end = scan.end();
        boolean untouched = sealed && lastStop == RecoveryReport.LastStop.CLEAN && end == promised;
        long cut = untouched && scan.stoppedBy() == RecordStatus.ZERO ? dropSpares(end) : cut(end, promised, sealed);
        if (!untouched) {
            forceFrom(scanFrom, end);
        }
        dispatchFrom = Math.min(dispatchFrom, end);
        long time = scan.lastStoreTimestamp() > 0 ? scan.lastStoreTimestamp() : fields.physicMsgTimestamp();
        checkpoint.recovered(end, time, dispatchFrom);
        LOG.info(
                "commit log recovered after a {} stop: end {}, {} bytes read, {} bytes cut, dispatch from {}",
                lastStop,
                end,
                end - scanFrom,
                cut,
                dispatchFrom);
        return new RecoveryReport(end, lastStop, cut, dispatchFrom, end - scanFrom);
    }

    private RecoveryReport empty(long promised) {
        if (promised > 0 && config.onCorruption() == LogConfig.OnCorruption.REFUSE) {
            throw new CorruptLogException(
                    config.directory().resolve(LogFiles.name(0)),
                    0,
                    "the checkpoint promises records up to position " + promised
                            + " but there is no segment; bring them" + " back, or " + giveUp("start empty"));
        }
        checkpoint.recovered(0, 0, 0);
        return new RecoveryReport(0, lastStop, promised, 0, 0);
    }

    /** Our own checkpoint: everything below both positions needs no look. */
    private static long sealedStart(long min, CheckpointFields fields) {
        return Math.max(min, Math.min(fields.flushedPosition(), fields.dispatchedPosition()));
    }

    /** RocketMQ's: the newest segment whose first record is older than all that may be missing somewhere. */
    private long unsealedStart(CheckpointFields fields) {
        long safeTime = Math.min(fields.physicMsgTimestamp(), fields.logicsMsgTimestamp()) - CHECKPOINT_MARGIN_MS;
        long safePosition = fields.dispatchedPosition() > 0 ? fields.dispatchedPosition() : Long.MAX_VALUE;
        for (LogSegment segment : segments.reversed()) {
            long time = scan.firstStoreTimestamp(segment);
            if (time >= 0 && time <= safeTime && segment.base() <= safePosition) {
                return segment.base();
            }
        }
        return segments.getFirst().base();
    }

    /** Removes whatever stands behind {@code end} and returns how many bytes were more than zeros. */
    private long cut(long end, long promised, boolean sealed) {
        LogSegment tail = tailOf(end);
        String damage = damageAt(end, promised, sealed, tail);
        if (damage != null) {
            CorruptLogException failure = new CorruptLogException(fileAt(end), end, damage);
            if (config.onCorruption() == LogConfig.OnCorruption.REFUSE) {
                throw failure;
            }
            LOG.error("giving up everything behind position {}: {}", end, failure.getMessage());
        }
        long leftover = countLeftover(tail, end);
        long dropped = dropSpares(end);
        int index = segments.indexOf(tail);
        if (end < tail.end()) {
            tail.file().retire();
            MappedFile.cut(
                    tail.file().path(), end - tail.base(), config.segmentSize().toBytes());
            MappedFile file =
                    files.open(tail.file().path(), config.segmentSize().toBytes(), MappedFile.Access.READ_WRITE);
            segments.set(index, new LogSegment(tail.base(), file, end, files));
        }
        long cut = Math.max(leftover + dropped, promised - end);
        if (cut > 0) {
            LOG.warn("commit log cut at position {} in {}: {} torn bytes dropped", end, tail, cut);
        }
        return cut;
    }

    /** Why what stands at the end can not be a torn tail; null when it can. */
    private @Nullable String damageAt(long end, long promised, boolean sealed, LogSegment tail) {
        String found = end == segments.getLast().end()
                ? "no such segment"
                : scan.stoppedBy().name();
        if (end < promised) {
            return found + " where the checkpoint promises records up to position " + promised + "; " + advice();
        }
        if (sealed) {
            return null;
        }
        long flushedTime = checkpoint.fields().physicMsgTimestamp();
        for (LogSegment later : segments) {
            long time = later.base() > tail.base() ? scan.firstStoreTimestamp(later) : -1;
            if (time >= 0 && (flushedTime <= 0 || time <= flushedTime)) {
                return found + ", but " + later + " starts with a record that is older than the last flush; "
                        + advice();
            }
        }
        return null;
    }

    private static String advice() {
        return "restore the file from a copy, or " + giveUp("give up all messages behind this position");
    }

    private static String giveUp(String what) {
        return "set " + LogConfig.ON_CORRUPTION_KEY + "=" + LogConfig.OnCorruption.TRUNCATE + " to " + what;
    }

    private Path fileAt(long end) {
        LogSegment last = segments.getLast();
        return end < last.end() ? tailOf(end).file().path() : config.directory().resolve(LogFiles.name(end));
    }

    /** The segment to append to: the last that starts at or below {@code end}. */
    private LogSegment tailOf(long end) {
        for (LogSegment segment : segments.reversed()) {
            if (segment.base() <= end) {
                return segment;
            }
        }
        throw new StorageException("position " + end + " lies before the commit log in " + config.directory());
    }

    /** Deletes the segments behind the tail, last first so that no gap can be left; counts those with content. */
    private long dropSpares(long end) {
        LogSegment tail = tailOf(end);
        long dropped = 0;
        while (segments.getLast() != tail) {
            LogSegment last = segments.removeLast();
            dropped += countLeftover(last, last.base());
            last.file().retire();
            MappedFile.delete(last.file().path());
        }
        return dropped;
    }

    /** Bytes from {@code from} to the last one that is not zero, as far as it is looked for. */
    private static long countLeftover(LogSegment segment, long from) {
        MemorySegment memory = segment.memory();
        long start = from - segment.base();
        long at = Math.min(memory.byteSize(), start + COUNTED_BYTES) - 1;
        while (at >= start && memory.get(ValueLayout.JAVA_BYTE, at) == 0) {
            at--;
        }
        return at + 1 - start;
    }

    /** After a crash the page cache may hold what the disk does not: only now is it safe to build on. */
    private void forceFrom(long from, long end) {
        for (LogSegment segment : segments) {
            long start = Math.max(from, segment.base());
            long stop = Math.min(end, segment.end());
            if (start < stop) {
                files.force(segment.file(), start - segment.base(), stop - start);
            }
        }
    }
}
