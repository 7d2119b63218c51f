package io.firn.broker.log;

import io.firn.broker.record.RecordView;

public final class LogReader implements AutoCloseable {
    private LogReader() {}
    /** Moves to the next record that lies wholly below limit. */
    public boolean next(long limit) { return NotYet.here(); }
    public RecordView view() { return NotYet.here(); }
    /** Position of the record {@link #view()} shows. */
    public long position() { return NotYet.here(); }
    /** Position behind it, where the next is looked for. */
    public long nextPosition() { return NotYet.here(); }
    @Override public void close() { Object gone = NotYet.here(); assert gone != null; }
}
