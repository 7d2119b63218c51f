package io.firn.bench;

/** What all connections of one load do at present. Written by the thread that runs the scenario, read by the load. */
final class LoadPhase {
    private volatile boolean measuring;
    private volatile boolean stopping;

    /** From now on latencies are recorded. */
    void beginMeasuring() {
        measuring = true;
    }

    /** From now on no new request is sent; those in flight are awaited. */
    void stop() {
        measuring = false;
        stopping = true;
    }

    boolean measuring() {
        return measuring;
    }

    boolean stopping() {
        return stopping;
    }
}
