package io.firn.compaction.pass;

import io.firn.compaction.segment.CorruptFileException;
import io.firn.compaction.segment.Segment;
import io.firn.compaction.segment.SegmentMeta;
import io.firn.compaction.store.CompactedQueue;
import io.firn.compaction.store.Manifest;
import io.firn.compaction.store.View;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that is due in one queue: the tail into the compacted part, tombstones out, mostly dead segments anew. Each step is committed
 * on its own, so that a pass that is stopped or fails loses only its last step. One thread; one pass of a queue at a time.
 */
public final class Pass {

    private static final long REWRITE_BUFFER_BYTES = 5 << 18;
    private static final long EXPIRY_PAUSE_MS = 600_000;

    private final Tools tools;
    private final CompactedQueue queue;
    private final RecordSource source;
    private final PassOrder order;
    private final PassCounts counts = new PassCounts();

    /** A pass of one queue; {@link #run()} it once. */
    public Pass(Tools tools, CompactedQueue queue, RecordSource source, PassOrder order) {
        this.tools = tools;
        this.queue = queue;
        this.source = source;
        this.order = order;
    }

    /**
     * When something in the compacted part is next due, ms: a tombstone, an erasure. {@link Long#MAX_VALUE} when nothing is.
     */
    public static long nextDue(Manifest manifest, Policy policy) {
        long next = Long.MAX_VALUE;
        for (SegmentMeta segment : manifest.segments()) {
            next = Math.min(next, Aging.nextDue(segment.tombstones(), policy));
            next = Math.min(next, RewriteChoice.eraseAt(segment.liveness().deadSince(), policy));
            if (!policy.retention().expire().isNegative()) {
                // minutes late is early enough for expiry, and it spares a pass per record
                long expires = segment.extent().minStoreTime()
                        + policy.retention().expire().toMillis();
                next = Math.min(next, Math.max(expires, manifest.lineage().createdAt() + EXPIRY_PAUSE_MS));
            }
        }
        return next;
    }

    /** Runs it; waits for memory, for the disk and for the rate. */
    public PassOutcome run() {
        try {
            queue.reloadIfUncertain();
            queue.sweep();
            if (now() >= queue.previousUntil()) {
                queue.dropPrevious();
            }
            compactTail();
            age();
            rewrite();
            queue.sweep();
            return new PassOutcome.Done(counts);
        } catch (InterruptedIOException e) {
            discard(e);
            return new PassOutcome.Stopped();
        } catch (BadRecordException e) {
            discard(e);
            return new PassOutcome.Blocked(e.offset(), String.valueOf(e.getMessage()));
        } catch (CorruptFileException e) {
            discard(e);
            return new PassOutcome.Blocked(-1, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            discard(e);
            return new PassOutcome.Failed(String.valueOf(e.getMessage()));
        }
    }

    private void discard(IOException cause) {
        try {
            queue.discardAttempt();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** The clock, but never before what was committed: a clock that steps back makes nothing due. */
    private long now() {
        return Math.max(tools.clock().millis(), queue.manifest().lineage().createdAt());
    }

    private void compactTail() throws IOException {
        long from = start();
        long end = source.endOffset();
        BadRecordException stop = null;
        while (from < end) {
            long reached;
            View view = queue.acquire();
            try {
                reached = new Window(tools, queue, source, order, counts).run(view, from, end, now());
            } catch (BadRecordException e) {
                // what lies before the bad record is compacted all the same
                reached = from;
                stop = e;
                end = e.offset();
                queue.discardAttempt();
                continue;
            } finally {
                view.release();
            }
            if (reached == from) {
                break;
            }
            from = reached;
        }
        throwIfStopped(stop);
    }

    private static void throwIfStopped(@Nullable BadRecordException stop) throws BadRecordException {
        if (stop != null) {
            throw stop;
        }
    }

    private long start() throws BadRecordException {
        Manifest manifest = queue.manifest();
        long first = source.minOffset();
        if (manifest.cleanedTo() < 0) {
            return first;
        }
        long from = manifest.cleanedTo();
        if (manifest.skipHoles(from) < first && from < source.endOffset()) {
            throw new BadRecordException(
                    from,
                    "is gone: the log starts at " + first + ", but the queue is compacted only up to " + from
                            + "; skip to " + first + " to go on");
        }
        return from;
    }

    /** Lets due tombstones and expired records go when no window did it in passing. */
    private void age() throws IOException {
        if (counts.commits() > 0 || queue.manifest().segments().isEmpty()) {
            return;
        }
        View view = queue.acquire();
        try (Arena arena = Arena.ofConfined()) {
            long now = now();
            Scratch scratch = scratch(arena);
            Aging aging = new Aging(order.policy(), order.groups(), now);
            List<LiveEdit> edits = new ArrayList<>();
            long killed = 0;
            for (Segment segment : view.segments()) {
                LiveEdit edit = new LiveEdit(segment);
                aging.apply(edit);
                killed += edit.killed();
                edits.add(edit);
            }
            if (killed > 0) {
                commitAged(scratch, view.manifest(), edits, now);
            }
        } finally {
            view.release();
        }
    }

    private void commitAged(Scratch scratch, Manifest manifest, List<LiveEdit> edits, long now) throws IOException {
        Survey survey = new Survey(scratch, order.policy());
        for (LiveEdit edit : edits) {
            survey.add(edit);
        }
        queue.commit(manifest.next(scratch.generation(), now, manifest.progress(), survey.left()), survey.keepUntil());
        counts.killed(survey.killed());
        counts.committed();
    }

    private void rewrite() throws IOException {
        Optional<RewriteChoice.Group> group = choose();
        while (group.isPresent()) {
            rewrite(group.get());
            group = choose();
        }
    }

    private Optional<RewriteChoice.Group> choose() {
        return new RewriteChoice(order.policy(), tools.limits(), now())
                .choose(queue.manifest().segments());
    }

    private void rewrite(RewriteChoice.Group group) throws IOException {
        View view = queue.acquire();
        try (MemoryBudget.Grant grant = tools.memory().take(REWRITE_BUFFER_BYTES);
                Arena arena = Arena.ofConfined()) {
            int end = group.first() + group.count();
            List<Segment> sources = view.segments().subList(group.first(), end);
            checkRoom(sources);
            Scratch scratch = scratch(arena);
            Rewrite rewrite = new Rewrite(scratch, tools, sources);
            List<SegmentMeta> written = rewrite.run(grant.bytes());
            List<SegmentMeta> all = new ArrayList<>(view.manifest().segments());
            List<SegmentMeta> replaced = all.subList(group.first(), end);
            long keepUntil = group.erases() ? 0 : keepUntil(replaced);
            replaced.clear();
            all.addAll(group.first(), written);
            Manifest manifest = view.manifest();
            queue.commit(manifest.next(scratch.generation(), now(), manifest.progress(), all), keepUntil);
            counts.wrote(rewrite.bytes());
            counts.committed();
        } finally {
            view.release();
        }
        queue.sweep();
    }

    private long keepUntil(List<SegmentMeta> replaced) {
        long until = Long.MAX_VALUE;
        for (SegmentMeta segment : replaced) {
            until = Math.min(until, RewriteChoice.eraseAt(segment.liveness().deadSince(), order.policy()));
        }
        return until;
    }

    private void checkRoom(List<Segment> sources) throws IOException {
        long output = 0;
        for (Segment segment : sources) {
            output += segment.meta().liveness().liveBytes();
        }
        long free = queue.directory().disk().usableBytes(queue.directory().path());
        if (free < 2 * output) {
            throw new IOException(
                    "writing " + output + " bytes of " + queue.name() + " anew needs twice the room, only " + free
                            + " bytes are free in " + queue.directory().path());
        }
    }

    private Scratch scratch(Arena arena) {
        return new Scratch(queue.directory().disk(), queue.directory().path(), queue.nextGeneration(), arena);
    }
}
