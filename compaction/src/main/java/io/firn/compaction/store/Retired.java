package io.firn.compaction.store;

import io.firn.compaction.segment.SegmentFiles;
import io.firn.compaction.segment.SegmentName;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Segments that no view shows any more. Readers add to it, the queue's owner sweeps it. */
final class Retired implements Consumer<SegmentFiles> {

    private final Queue<SegmentFiles> files = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    @Override
    public void accept(SegmentFiles unused) {
        files.add(unused);
        if (closed) {
            unmapAll();
        }
    }

    /** Unmaps all, and deletes those that no kept manifest lists. */
    void sweep(QueueDirectory directory, Predicate<String> kept) throws IOException {
        for (SegmentFiles next = files.poll(); next != null; next = files.poll()) {
            SegmentName name = next.name();
            next.close();
            if (!kept.test(name.log())) {
                directory.delete(List.of(name.log(), name.index(), name.keys()));
            }
        }
    }

    /** Unmaps all and deletes nothing; from now on the last reader unmaps, as nobody sweeps any more. */
    void close() {
        closed = true;
        unmapAll();
    }

    private void unmapAll() {
        for (SegmentFiles next = files.poll(); next != null; next = files.poll()) {
            next.close();
        }
    }
}
