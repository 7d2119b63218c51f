package io.firn.broker.admin;

/** Frees disk space when an operator asks for it. Both only ask: any thread, no waiting. */
public interface Cleanup {

    /** Segments that are past their time go soon, whatever the hour. */
    void dropExpiredSegments();

    /** Consume-queue files whose messages are gone from the log go soon. */
    void dropExpiredQueueFiles();
}
