package io.firn.compaction.pass;

import io.firn.compaction.segment.SegmentMeta;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which segments to write anew: one that is mostly dead, one that holds dead records the erase deadline wants gone, or many
 * small neighbours. A segment in which nothing is dead and which is not small is never copied.
 */
final class RewriteChoice {

    /** Neighbours are small together when each is below a step: a 256th of the largest merge, a 16th, all of it. */
    private static final int FIRST_STEP_SHIFT = 8;

    private static final int STEP_SHIFT = 4;
    /** An erasure starts so long before its deadline. */
    private static final Duration MARGIN = Duration.ofMinutes(5);

    private final Policy policy;
    private final PassLimits limits;
    private final long now;

    RewriteChoice(Policy policy, PassLimits limits, long now) {
        this.policy = policy;
        this.limits = limits;
        this.now = now;
    }

    /**
     * Neighbouring segments to write as one.
     *
     * @param first index of the first
     * @param count how many
     * @param erases whether what is dead in them has to be gone from the disk now
     */
    record Group(int first, int count, boolean erases) {}

    /** The most urgent group; empty when all may stay as it is. */
    Optional<Group> choose(List<SegmentMeta> segments) {
        for (int i = 0; i < segments.size(); i++) {
            if (now >= eraseAt(segments.get(i).liveness().deadSince(), policy)) {
                return Optional.of(new Group(i, 1, true));
            }
        }
        for (int i = 0; i < segments.size(); i++) {
            SegmentMeta segment = segments.get(i);
            if (segment.deadBytes() >= policy.deadRatio() * segment.extent().logBytes()) {
                return Optional.of(new Group(i, 1, false));
            }
        }
        return smallNeighbours(segments);
    }

    /** When to write away what is dead since then, ms; {@link Long#MAX_VALUE} when nothing is. */
    static long eraseAt(long since, Policy policy) {
        if (since == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        long within = policy.retention().eraseWithin().toMillis();
        return since + within - Math.min(MARGIN.toMillis(), within / 10);
    }

    private Optional<Group> smallNeighbours(List<SegmentMeta> segments) {
        for (int shift = FIRST_STEP_SHIFT; shift >= 0; shift -= STEP_SHIFT) {
            long step = limits.mergeBytes() >> shift;
            int start = segments.size();
            long sum = 0;
            while (start > 0) {
                long live = segments.get(start - 1).liveness().liveBytes();
                if (live > step || sum + live > limits.mergeBytes()) {
                    break;
                }
                sum += live;
                start--;
            }
            if (segments.size() - start >= limits.mergeCount()) {
                return Optional.of(new Group(start, segments.size() - start, false));
            }
        }
        return Optional.empty();
    }
}
