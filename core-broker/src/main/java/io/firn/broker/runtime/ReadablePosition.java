package io.firn.broker.runtime;

/** A published byte position in the log: many readers, only ever grows. */
public interface ReadablePosition {

    /** The newest published position, in bytes from the start of the log. Any thread. */
    long get();
}
