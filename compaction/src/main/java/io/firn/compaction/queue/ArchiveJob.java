package io.firn.compaction.queue;

import io.firn.compaction.archive.DamagedArchiveException;
import io.firn.compaction.archive.ForeignArchiveException;
import io.firn.compaction.archive.QueueArchive;
import io.firn.compaction.segment.CorruptFileException;
import io.firn.compaction.store.CompactedQueue;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The archiving of one queue: how far it is, what stands in its way, when it is tried again. Whoever has reserved it runs it;
 * the rest is for any thread.
 */
public final class ArchiveJob {

    private final CompactedQueue queue;
    private final QueueArchive archive;
    private final InstantSource clock;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile @Nullable Trouble trouble;
    /** Since when the present generation is not archived, ms; 0 when it is. */
    private volatile long pendingSince;

    ArchiveJob(CompactedQueue queue, QueueArchive archive, InstantSource clock) {
        this.queue = queue;
        this.archive = archive;
        this.clock = clock;
    }

    /** Generation that is archived; 0 when none is, or nobody has looked yet. */
    public long archived() {
        return archive.archived();
    }

    /** For how long a generation has not been archived, ms; 0 when the present one is. */
    public long lagMs() {
        long since = pendingSince;
        return since == 0 ? 0 : Math.max(1, clock.millis() - since);
    }

    /** What stands in the way. */
    public Optional<Trouble> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Notes whether there is something to archive. */
    void look() {
        long generation = queue.manifest().generation();
        if (generation == 0 || generation == archive.archived()) {
            pendingSince = 0;
        } else if (pendingSince == 0) {
            pendingSince = clock.millis();
        }
    }

    /** Takes the job when there is something to do; false when it runs, has nothing to do, or is to wait. */
    boolean reserve() {
        Trouble last = trouble;
        if ((last != null && clock.millis() < last.retryAt()) || !busy.compareAndSet(false, true)) {
            return false;
        }
        if (archive.isDue(queue)) {
            return true;
        }
        busy.set(false);
        return false;
    }

    /** Gives back what {@link #reserve()} took. */
    void unreserve() {
        busy.set(false);
    }

    /** Archives; the caller has reserved it. Whether all is well. */
    boolean run() {
        long begun = clock.millis();
        try {
            archive.run(queue);
            trouble = null;
            pendingSince = queue.manifest().generation() == archive.archived() ? 0 : begun;
            return true;
        } catch (InterruptedIOException e) {
            return true; // the plugin stops
        } catch (ForeignArchiveException | DamagedArchiveException | CorruptFileException e) {
            failed(Trouble.Kind.BLOCKED, e);
        } catch (IOException e) {
            failed(Trouble.Kind.FAILED, e);
        }
        return false;
    }

    private void failed(Trouble.Kind kind, IOException e) {
        trouble = Trouble.after(trouble, kind, String.valueOf(e.getMessage()), -1, clock.millis());
    }
}
