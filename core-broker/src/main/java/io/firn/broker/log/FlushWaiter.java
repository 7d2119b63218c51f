package io.firn.broker.log;

/** Waits for a position to be safe on disk. Exactly one method is called, once, on a log thread; it must not block. */
public interface FlushWaiter {

    /** Everything below the position was forced. */
    void flushed();

    /** The disk took longer than {@code syncFlushTimeout}; the record is in the log and may still become safe. */
    void timedOut();

    /** The force failed, or the log closed first. */
    void failed(Throwable cause);
}
