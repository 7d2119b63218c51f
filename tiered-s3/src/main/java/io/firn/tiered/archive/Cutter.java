package io.firn.tiered.archive;

import io.firn.spi.read.BrokerReader;
import io.firn.spi.read.LogPositions;
import io.firn.spi.read.SegmentRef;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what to archive next: a segment as soon as it is sealed, the open one's messages when they have waited for long.
 * A slice lies in one segment and ends where a message ends. Owner: the archiver's thread.
 */
final class Cutter {
    private final BrokerReader reader;
    private final InstantSource clock;
    private final Duration maxLag;
    private @Nullable Tail tail;

    /** Messages of the open segment, as first seen: those before {@code to} wait since then. */
    private record Tail(long from, long to, Instant since) {}

    Cutter(BrokerReader reader, InstantSource clock, Duration maxLag) {
        this.reader = reader;
        this.clock = clock;
        this.maxLag = maxLag;
    }

    /**
     * What comes next; null when nothing does now.
     *
     * @param archivedUpTo what is archived already, -1 for nothing
     */
    @Nullable
    Cut next(long archivedUpTo) {
        LogPositions positions = reader.positions();
        if (isForeign(archivedUpTo)) {
            return new Cut(Cut.Kind.FOREIGN, positions.appended(), archivedUpTo);
        }
        if (archivedUpTo >= 0 && positions.min() > archivedUpTo) {
            return new Cut(Cut.Kind.HOLE, archivedUpTo, positions.min());
        }
        long from = Math.max(archivedUpTo, positions.min());
        for (SegmentRef segment : reader.segments()) {
            // a segment that was empty a moment ago may have another behind it by now: its own place counts
            if (segment.from() <= from && from < segment.to()) {
                return within(segment, from, positions.confirmed());
            }
        }
        return null;
    }

    private @Nullable Cut within(SegmentRef segment, long from, long confirmed) {
        if (segment.state() == SegmentRef.State.SEALED) {
            return segment.to() <= confirmed ? new Cut(Cut.Kind.SLICE, from, segment.to()) : null;
        }
        Tail seen = tail;
        if (seen == null || seen.from != from) {
            tail = new Tail(from, segment.to(), clock.instant());
            return null;
        }
        boolean due = !clock.instant().isBefore(seen.since.plus(maxLag));
        return due && seen.to <= confirmed && seen.to > from ? new Cut(Cut.Kind.SLICE, from, seen.to) : null;
    }

    /** Whether the log ends below what is archived: then it is another log. */
    boolean isForeign(long archivedUpTo) {
        return archivedUpTo > reader.positions().appended();
    }

    /** Bytes of the log that are not archived. */
    long backlog(long archivedUpTo) {
        LogPositions positions = reader.positions();
        return Math.max(0, positions.appended() - Math.max(positions.min(), archivedUpTo));
    }
}
