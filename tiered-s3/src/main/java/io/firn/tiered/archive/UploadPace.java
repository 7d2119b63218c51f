package io.firn.tiered.archive;

import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.RequestKind;
import io.firn.tiered.store.RequestMeter;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How fast uploads go: what is waiting within a minute, at least 5 MiB/s; as fast as they can when the disk fills; half as
 * fast each time the store asks for less, then faster again step by step. Owner: the archiver's thread; {@link #factor}
 * comes on any.
 */
final class UploadPace {
    private static final long LEAST_PER_SECOND = 5L << 20;
    private static final long BURST_BYTES = 64L << 20;
    private static final Duration TARGET = Duration.ofSeconds(60);
    private static final double SLOWEST = 1.0 / 64;
    private static final double RECOVERY = 0.05;

    private final RequestMeter meter;
    private final LongSupplier nanos;
    private final long mostPerSecond;
    private final DiskLadder ladder;
    private long throttled;
    private double credit = BURST_BYTES;
    private long creditAt;
    private long backlogBytes;
    private volatile double factor = 1;

    /**
     * A pace.
     *
     * @param meter counts what the store refused
     * @param mostPerSecond upper bound in bytes, 0 for none; does not hold while the disk needs room badly
     */
    UploadPace(RequestMeter meter, LongSupplier nanos, long mostPerSecond, DiskLadder ladder) {
        this.meter = meter;
        this.nanos = nanos;
        this.mostPerSecond = mostPerSecond;
        this.creditAt = nanos.getAsLong();
        this.ladder = ladder;
    }

    /** The share of the full pace that the store allows, 1 when it never complained. */
    double factor() {
        return factor;
    }

    /** How much waits to be archived. */
    void backlog(long bytes) {
        backlogBytes = bytes;
    }

    /** Waits until so many bytes may go; comes back early when cancelled. */
    void before(int bytes, CancelToken cancel) {
        watchRefusals();
        double rate = bytesPerSecond();
        long now = nanos.getAsLong();
        credit = Math.min(BURST_BYTES, credit + (now - creditAt) / 1e9 * rate) - bytes;
        creditAt = now;
        if (credit < 0 && !hurries()) {
            boolean cancelled = cancel.awaitCancel(Duration.ofNanos((long) (-credit / rate * 1e9)));
            if (cancelled) {
                cancel.check("waiting for the pace of uploads");
            }
        }
    }

    /** What the store asks for counts more than the disk: else it refuses everything. */
    private boolean hurries() {
        return factor >= 1
                && switch (ladder.step()) {
                    case CALM -> false;
                    case HURRY -> mostPerSecond == 0;
                    case FREE -> true;
                };
    }

    private double bytesPerSecond() {
        double wanted = Math.max((double) LEAST_PER_SECOND, backlogBytes / (double) TARGET.toSeconds());
        double bounded = mostPerSecond == 0 ? wanted : Math.min((double) mostPerSecond, wanted);
        return Math.max(1, bounded * factor);
    }

    private void watchRefusals() {
        long now = meter.counts().stream()
                .filter(count -> count.result() == RequestMeter.Result.THROTTLED)
                .filter(count -> count.kind() != RequestKind.GET)
                .mapToLong(RequestMeter.Count::requests)
                .sum();
        factor = now > throttled ? Math.max(SLOWEST, factor / 2) : Math.min(1, factor + RECOVERY);
        throttled = now;
    }
}
