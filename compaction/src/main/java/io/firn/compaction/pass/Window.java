package io.firn.compaction.pass;

import io.firn.compaction.frame.RecordKey;
import io.firn.compaction.segment.Bits;
import io.firn.compaction.segment.Segment;
import io.firn.compaction.segment.SegmentBuffers;
import io.firn.compaction.segment.SegmentMeta;
import io.firn.compaction.segment.TombstoneRun;
import io.firn.compaction.store.CompactedQueue;
import io.firn.compaction.store.Manifest;
import io.firn.compaction.store.Progress;
import io.firn.compaction.store.View;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * One range of the tail on its way into the compacted part: two scans, the marks in older segments, one commit. Lives for one
 * call on the thread of the pass.
 */
final class Window {

    private final Tools tools;
    private final CompactedQueue queue;
    private final RecordSource source;
    private final PassOrder order;
    private final PassCounts counts;

    Window(Tools tools, CompactedQueue queue, RecordSource source, PassOrder order, PassCounts counts) {
        this.tools = tools;
        this.queue = queue;
        this.source = source;
        this.order = order;
        this.counts = counts;
    }

    /**
     * Compacts records from {@code from}, at most to {@code end}; answers how far it got. {@code from} itself when the first
     * record is too young.
     */
    long run(View view, long from, long end, long now) throws IOException {
        PassPlan plan = fitToDisk(PassPlan.of(end - from, tools.memory().share()));
        long to = Math.min(end, from + plan.records());
        try (MemoryBudget.Grant grant = tools.memory().take(plan.grantBytes());
                Arena arena = Arena.ofConfined()) {
            assert grant.bytes() > 0;
            Scratch scratch =
                    new Scratch(queue.directory().disk(), queue.directory().path(), queue.nextGeneration(), arena);
            Bits winners = Bits.clear(plan.records());
            Aging aging = new Aging(order.policy(), order.groups(), now);
            OlderKeys older = new OlderKeys(view, aging);
            try (WinnerKeys keys = new WinnerKeys(scratch, plan, winners, from, older)) {
                WindowScan scan = scan(view.manifest(), keys, from, to, now);
                if (scan.end() > from) {
                    SortedKeys sorted = keys.finish();
                    counts.window(scan, from, keys);
                    SegmentBuffers buffers = SegmentBuffers.allocate(arena, plan.fileBytes());
                    Survivors survivors = new Survivors(scratch, buffers, winners, from, now);
                    List<SegmentMeta> fresh = survivors.copy(view.manifest(), scan.end(), sorted);
                    commit(new Attempt(scratch, view, scan, sorted, aging), fresh, now);
                }
                return scan.end();
            }
        }
    }

    /** With little room on the disk the keys of a window have to fit in memory: more windows, no temporary files. */
    private PassPlan fitToDisk(PassPlan plan) throws IOException {
        long temporary = 2 * plan.records() * SortedKeys.ENTRY_BYTES;
        long inMemory = plan.tableBytes() / SortedKeys.ENTRY_BYTES / 2;
        if (plan.records() <= inMemory
                || queue.directory().disk().usableBytes(queue.directory().path()) > 2 * temporary) {
            return plan;
        }
        return plan.shortenedTo(inMemory);
    }

    private WindowScan scan(Manifest manifest, WinnerKeys keys, long from, long to, long now) throws IOException {
        try (FrameWalk walk = new FrameWalk(source, manifest, tools.io(), from, to)) {
            return WindowScan.run(
                    walk, manifest, keys, now - order.policy().minLag().toMillis());
        }
    }

    /** What one try of a window has found before it commits. */
    private record Attempt(Scratch scratch, View view, WindowScan scan, SortedKeys sorted, Aging aging) {}

    private void commit(Attempt attempt, List<SegmentMeta> fresh, long now) throws IOException {
        Scratch scratch = attempt.scratch();
        WindowScan scan = attempt.scan();
        View view = attempt.view();
        Survey survey = new Survey(scratch, order.policy());
        for (Segment segment : view.segments()) {
            LiveEdit edit = new LiveEdit(segment);
            DeadMarks.mark(edit, attempt.sorted(), Math.min(now, scan.oldest()), tools.io());
            attempt.aging().apply(edit);
            survey.add(edit);
        }
        List<SegmentMeta> all = new ArrayList<>(survey.left());
        all.addAll(fresh);
        Progress reached = new Progress(scan.end(), scan.endPosition());
        queue.commit(view.manifest().next(scratch.generation(), now, reached, all), survey.keepUntil());
        counts.killed(survey.killed());
        counts.committed();
    }

    /** The second scan and the key files of what it wrote. */
    private final class Survivors {
        private final Scratch scratch;
        private final SegmentBuffers buffers;
        private final Bits winners;
        private final long from;
        private final RunTally tally;

        Survivors(Scratch scratch, SegmentBuffers buffers, Bits winners, long from, long now) {
            this.scratch = scratch;
            this.buffers = buffers;
            this.winners = winners;
            this.from = from;
            this.tally = new RunTally(List.of(new TombstoneRun(from, Long.MAX_VALUE, now, 0)));
        }

        List<SegmentMeta> copy(Manifest manifest, long end, SortedKeys sorted) throws IOException {
            List<SegmentMeta> written;
            try (FrameWalk walk = new FrameWalk(source, manifest, tools.io(), from, end);
                    SegmentSink sink = new SegmentSink(scratch, tools.limits().segmentBytes(), buffers, tally)) {
                SurvivorCopy.run(
                        walk, winners, from, new RecordKey(manifest.queue().keyProperty()), sink);
                written = sink.finish();
            }
            if (written.isEmpty()) {
                return written;
            }
            for (SegmentMeta meta : written) {
                counts.wrote(meta.extent().logBytes());
            }
            try (KeySink keys = KeySink.create(scratch, written)) {
                Bits.Ranks ranks = winners.ranks();
                for (long i = 0; i < sorted.count(); i++) {
                    keys.append(sorted.high(i), sorted.low(i), ranks.rank(sorted.offset(i) - from));
                }
                return keys.finish();
            }
        }
    }
}
