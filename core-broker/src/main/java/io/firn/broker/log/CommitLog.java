package io.firn.broker.log;

import io.firn.broker.runtime.ReadablePosition;
import java.util.List;
import org.jspecify.annotations.Nullable;

public final class CommitLog implements AutoCloseable {
    private CommitLog() {}
    public static CommitLog open(LogConfig config, StoreDirectory directory, Checkpoint checkpoint, LogRuntime runtime) { return NotYet.here(); }
    public LogWriter writer() { return NotYet.here(); }
    public LogFlusher flusher() { return NotYet.here(); }
    public ReadablePosition appended() { return NotYet.here(); }
    public ReadablePosition flushed() { return NotYet.here(); }
    public long minPosition() { return NotYet.here(); }
    public RecoveryReport recovery() { return NotYet.here(); }
    public @Nullable LogSlice slice(long position, int size) { return NotYet.here(); }
    public LogReader reader(long from) { return NotYet.here(); }
    public List<SegmentStats> segments() { return NotYet.here(); }
    public boolean dropOldest() { return NotYet.here(); }
    /** At wiring: called after each append, on the appending thread. */
    public void onAppend(Runnable wake) { Object gone = NotYet.here(); assert gone != null; }
    /** At wiring: called after each force that moved the flushed position, on the flusher's thread. */
    public void onFlush(Runnable wake) { Object gone = NotYet.here(); assert gone != null; }
    @Override public void close() { Object gone = NotYet.here(); assert gone != null; }
}
