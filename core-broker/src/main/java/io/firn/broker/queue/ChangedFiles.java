package io.firn.broker.queue;

import io.firn.broker.runtime.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Files that changed since they were last forced. The dispatcher's thread notes changes; the housekeeper forces in
 * passes, each of which may take several steps so that thousands of files do not hold it up.
 */
final class ChangedFiles {

    private final ConcurrentLinkedQueue<LazyFile> changed = new ConcurrentLinkedQueue<>();
    /** What is left of the current pass; owner: the housekeeper. */
    private final Deque<LazyFile> pass = new ArrayDeque<>();

    /**
     * Notes that a file was written to. One volatile read when that is known already; a full fence must lie between the
     * write and this call.
     */
    void add(LazyFile file) {
        if (file.markDirty()) {
            changed.add(file);
        }
    }

    /** Starts a pass over every file noted so far. */
    void beginPass() {
        for (LazyFile file = changed.poll(); file != null; file = changed.poll()) {
            pass.add(file);
        }
    }

    /** Forces files of the pass until it is done or the time is up; true when it is done. */
    boolean force(Clock clock, long deadlineNanos) {
        LazyFile file = pass.poll();
        while (file != null) {
            file.force();
            if (clock.nanos() - deadlineNanos >= 0) {
                return pass.isEmpty();
            }
            file = pass.poll();
        }
        return true;
    }
}
