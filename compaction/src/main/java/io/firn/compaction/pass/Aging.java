package io.firn.compaction.pass;

import io.firn.compaction.segment.Segment;
import io.firn.compaction.segment.SegmentIndex;
import io.firn.compaction.segment.TombstoneRun;
import java.time.Duration;
import java.util.List;

/**
 * Lets go of records whose time is over: tombstones, when their retention since the full dedupe is over and the groups they wait
 * for have read them, and records whose key was not written again for long.
 */
final class Aging {

    /** No group makes a tombstone stay for longer than this beyond its retention. */
    static final Duration MOST_WAITING = Duration.ofDays(7);

    private final Policy.Retention retention;
    private final long now;
    private final long consumedTo;

    /** At this time, ms. */
    Aging(Policy policy, GroupProgress groups, long now) {
        this.retention = policy.retention();
        this.now = now;
        long least = Long.MAX_VALUE;
        for (String group : retention.waitFor()) {
            least = Math.min(least, groups.committed(group));
        }
        this.consumedTo = least;
    }

    /** Kills what is over in one segment. */
    void apply(LiveEdit edit) {
        for (TombstoneRun run : List.copyOf(edit.runs())) {
            long until = horizon(run);
            if (until > run.from() && run.count() > 0) {
                killTombstones(edit, run.from(), Math.min(until, run.until()));
            }
        }
        if (expires(edit.segment())) {
            expire(edit);
        }
    }

    /** The offset before which tombstones of a run may go. */
    private long horizon(TombstoneRun run) {
        long due = run.dedupedAt() + retention.tombstone().toMillis();
        if (now < due) {
            return 0;
        }
        return now >= due + MOST_WAITING.toMillis() ? Long.MAX_VALUE : consumedTo;
    }

    /** Whether {@link #apply} kills this record if it lives. */
    boolean isOver(Segment segment, int ordinal) {
        SegmentIndex index = segment.index();
        if (expires(segment) && index.storeTimeFloor(ordinal) + 63 < latestExpired()) {
            return true;
        }
        return index.isTombstone(ordinal) && isOver(segment.meta().tombstones(), index.offset(ordinal));
    }

    private boolean isOver(List<TombstoneRun> runs, long offset) {
        for (TombstoneRun run : runs) {
            if (offset < run.until()) {
                return offset >= run.from() && offset < horizon(run);
            }
        }
        return false;
    }

    private void killTombstones(LiveEdit edit, long from, long until) {
        SegmentIndex index = edit.segment().index();
        int end = index.ceiling(until);
        for (int ordinal = index.ceiling(from); ordinal < end; ordinal++) {
            if (index.isTombstone(ordinal)) {
                edit.kill(ordinal, now);
            }
        }
    }

    private boolean expires(Segment segment) {
        return !retention.expire().isNegative() && segment.meta().extent().minStoreTime() < latestExpired();
    }

    private long latestExpired() {
        return now - retention.expire().toMillis();
    }

    private void expire(LiveEdit edit) {
        SegmentIndex index = edit.segment().index();
        long latest = latestExpired();
        for (int ordinal = 0; ordinal < index.count(); ordinal++) {
            if (index.storeTimeFloor(ordinal) + 63 < latest) {
                edit.kill(ordinal, now);
            }
        }
    }

    /** When something of these runs is next due, ms. */
    static long nextDue(List<TombstoneRun> runs, Policy policy) {
        long next = Long.MAX_VALUE;
        for (TombstoneRun run : runs) {
            next = Math.min(
                    next, run.dedupedAt() + policy.retention().tombstone().toMillis());
        }
        return next;
    }
}
