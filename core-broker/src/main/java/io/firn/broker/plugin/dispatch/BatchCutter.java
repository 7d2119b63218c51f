package io.firn.broker.plugin.dispatch;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.CorruptLogException;
import io.firn.broker.log.LogSlice;
import io.firn.broker.record.RecordLayout;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import io.firn.broker.runtime.Clock;
import io.firn.spi.dispatch.Batching;
import io.firn.spi.dispatch.Batching.Unit;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the log into pieces for one dispatcher: whole records, never beyond a segment, the filler at a segment's end part
 * of its last piece. Owner: the dispatcher's thread.
 */
final class BatchCutter {

    static final int FILLER_BYTES = RecordLayout.FILLER_BYTES;
    private static final long NOT_WAITING = Long.MIN_VALUE;

    private final CommitLog log;
    private final Batching batching;
    private final Clock clock;
    private final RecordView record = new RecordView();
    private long waitingFrom = NOT_WAITING;
    private long waitingSinceNanos;

    BatchCutter(CommitLog log, Batching batching, Clock clock) {
        this.log = log;
        this.batching = batching;
        this.clock = clock;
    }

    /**
     * The next piece; null when there is none yet. The caller closes it.
     *
     * @param from a record's first byte, or a filler's
     * @param limit nothing beyond is taken
     * @throws CorruptLogException when no record begins at {@code from}
     */
    @Nullable
    LogSlice cut(long from, long limit) {
        LogSlice rest = log.rest(from, limit);
        if (rest == null) {
            return null;
        }
        try (rest) {
            boolean whole = from + rest.size() == rest.segmentEnd();
            boolean enough = whole
                    || (batching.unit() == Unit.FRAMES
                            && rest.size() >= batching.maxBytes().toBytes());
            if (!enough && nanosToWait(from) > 0) {
                return null;
            }
            long end = batching.unit() == Unit.SEGMENT && whole ? rest.segmentEnd() : from + endOf(rest);
            return end == from ? null : log.rest(from, end);
        }
    }

    /** How long the bytes at {@code from} still wait for more. */
    long nanosToWait(long from) {
        long longest = batching.maxAge().toNanos();
        if (longest == 0) {
            return 0;
        }
        long now = clock.nanos();
        if (waitingFrom != from) {
            waitingFrom = from;
            waitingSinceNanos = now;
        }
        return Math.max(0, longest - (now - waitingSinceNanos));
    }

    /** Where the piece ends, from the slice's begin: behind the last record that fits, or behind the first. */
    private int endOf(LogSlice rest) {
        long most = batching.unit() == Unit.SEGMENT
                ? Integer.MAX_VALUE
                : batching.maxBytes().toBytes();
        int at = 0;
        while (at < rest.size()) {
            int left = rest.size() - at;
            RecordStatus status = left < FILLER_BYTES ? RecordStatus.FILLER : inspect(rest, at);
            if (status == RecordStatus.FILLER) {
                return fillerEnd(rest, at);
            }
            if (status != RecordStatus.OK) {
                throw new CorruptLogException(
                        rest.path(), rest.position() + at, "a record was expected, found " + status);
            }
            int end = at + record.totalSize();
            if (at > 0 && end > most) {
                return at;
            }
            at = end;
        }
        return at;
    }

    private RecordStatus inspect(LogSlice rest, int at) {
        return record.wrap(rest.memory(), at, rest.size()).inspect(rest.position() + at, Verify.LENGTHS);
    }

    /** A filler is whole once the log has gone on behind it. */
    private static int fillerEnd(LogSlice rest, int at) {
        boolean whole = rest.position() + rest.size() == rest.segmentEnd();
        return whole ? rest.size() : at;
    }

    /** The last record's or segment's first byte at or below a position that may be neither. */
    long align(long position) {
        LogSlice one = log.rest(position, Long.MAX_VALUE);
        if (one == null) {
            return position;
        }
        long begin;
        try (one) {
            RecordStatus status = one.size() < FILLER_BYTES ? RecordStatus.FILLER : inspect(one, 0);
            if (status == RecordStatus.OK || status == RecordStatus.FILLER) {
                return position;
            }
            begin = one.segmentPosition();
        }
        return walkTo(position, begin);
    }

    private long walkTo(long position, long begin) {
        LogSlice segment = log.rest(begin, position);
        if (segment == null) {
            return begin;
        }
        try (segment) {
            int at = 0;
            while (segment.size() - at >= FILLER_BYTES && inspect(segment, at) == RecordStatus.OK) {
                at += record.totalSize();
            }
            return begin + at;
        }
    }
}
