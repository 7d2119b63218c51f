package io.firn.broker.retention;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.SegmentStats;
import io.firn.broker.queue.ConsumeQueues;
import io.firn.broker.queue.KeyIndex;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.firn.spi.retention.DeleteCause;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops the oldest segments when they are expired and it is the hour or the disk is filling, and whatever their age
 * when the disk is nearly full; never the one being written, never under a reader, never while somebody holds them.
 * Rounds run on {@code firn-housekeeper}; {@link #refusal()} is for any thread.
 */
public final class Retention {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    /** What rounds go by. Replaced by {@link #adopt}; a round that runs may see both. */
    private volatile RetentionConfig config;

    private final CommitLog log;
    private final ConsumeQueues queues;
    private final KeyIndex index;
    private final DiskSpace disk;
    private final Clock clock;
    private final SegmentHolds holds;
    private final Metrics.Count dropped;
    /** Why producers are refused, null when they are not. Written by the housekeeper. */
    private volatile @Nullable String refusal;

    /** Owner: the housekeeper. Read by the gauge, where an old value does no harm. */
    private volatile double usedRatio;

    private final AtomicBoolean roundAsked = new AtomicBoolean();

    private Retention(RetentionConfig config, Stores stores, DiskSpace disk, Clock clock, Metrics metrics) {
        this.config = config;
        this.log = stores.log;
        this.queues = stores.queues;
        this.index = stores.index;
        this.holds = stores.holds;
        this.disk = disk;
        this.clock = clock;
        this.dropped = metrics.counter("firn_retention_segments_dropped_total", "Segments dropped from the log.");
    }

    /** What is kept or dropped, and who may still need it. */
    public record Stores(CommitLog log, ConsumeQueues queues, KeyIndex index, SegmentHolds holds) {}

    /** A retention whose rounds the caller runs on the housekeeper every {@link RetentionConfig#period()}. */
    public static Retention open(RetentionConfig config, Stores stores, DiskSpace disk, Clock clock, Metrics metrics) {
        Retention retention = new Retention(config, stores, disk, clock, metrics);
        metrics.gauge("firn_retention_disk_used_ratio", "Used share of the log's disk.", () -> retention.usedRatio);
        return retention;
    }

    /** Why producers must be refused now, null when they need not be. Any thread. */
    public @Nullable String refusal() {
        return refusal;
    }

    /** Goes by these settings from now on; the time between rounds stays as it was at the start. Any thread. */
    public void adopt(RetentionConfig changed) {
        config = changed;
    }

    /** Makes the next round drop expired segments whatever the hour. Any thread. */
    public void askRound() {
        roundAsked.set(true);
    }

    /** One round, on the housekeeper. */
    public void round() {
        usedRatio = disk.usedRatio();
        refuseProducers(usedRatio);
        boolean asked = roundAsked.getAndSet(false);
        boolean forced = config.force() == RetentionConfig.Force.ALLOWED && usedRatio > config.forceRatio();
        boolean filling = usedRatio > config.fillingRatio();
        int gone = 0;
        if (forced || asked || filling || isDeletionHour()) {
            DeleteCause whenExpired =
                    asked ? DeleteCause.ADMIN : filling ? DeleteCause.DISK_RATIO : DeleteCause.EXPIRED;
            gone = drop(whenExpired, forced ? RetentionConfig.Force.ALLOWED : RetentionConfig.Force.FORBIDDEN);
        }
        if (gone > 0) {
            dropped.add(gone);
            dropQueueFiles();
        }
    }

    /** Deletes files of queues and index whose messages are gone, on the housekeeper. */
    public void dropQueueFiles() {
        queues.deleteBelow(log.minPosition());
        index.deleteBelow(log.minPosition());
    }

    /** Looks at the oldest segments; behind one that is held none goes, but who holds it is asked all the same. */
    private int drop(DeleteCause whenExpired, RetentionConfig.Force force) {
        int gone = 0;
        boolean held = false;
        holds.roundBegins();
        List<SegmentStats> segments = log.segments();
        int most = Math.min(segments.size() - 1, config.mostPerRound());
        for (SegmentStats segment : segments.subList(0, most)) {
            boolean expired = clock.millis() - segment.lastModified().toEpochMilli()
                    > config.reserved().toMillis();
            if (!(expired || force == RetentionConfig.Force.ALLOWED)) {
                break;
            }
            held |= holds.hold(segment, expired ? whenExpired : DeleteCause.DISK_FORCED) != null;
            if (!held && !dropOne(segment, expired)) {
                break;
            }
            gone += held ? 0 : 1;
        }
        holds.roundEnds();
        if (held && usedRatio > config.fillingRatio()) {
            holds.underPressure(pressure(force));
        }
        return gone;
    }

    private boolean dropOne(SegmentStats oldest, boolean expired) {
        holds.deleting(oldest);
        if (!log.dropOldest()) {
            return false;
        }
        holds.deleted(oldest);
        LOG.info(
                "dropped segment {}: {}",
                oldest.path(),
                expired ? "expired" : "disk " + percent(usedRatio) + " used, above " + percent(config.forceRatio()));
        return true;
    }

    private SegmentHolds.Pressure pressure(RetentionConfig.Force force) {
        double limit = force == RetentionConfig.Force.ALLOWED ? config.forceRatio() : config.fillingRatio();
        return new SegmentHolds.Pressure(usedRatio, limit, (long) ((usedRatio - limit) * disk.totalBytes()));
    }

    private void refuseProducers(double ratio) {
        String before = refusal;
        if (ratio > config.fullRatio()) {
            refusal = "the disk is " + percent(ratio) + " full, above " + percent(config.fullRatio())
                    + "; the broker takes messages again when there is room";
            if (before == null) {
                LOG.error("producers are refused: {}", refusal);
            }
        } else if (before != null) {
            refusal = null;
            LOG.warn("producers are served again: the disk is {} full", percent(ratio));
        }
    }

    private boolean isDeletionHour() {
        int hour = Instant.ofEpochMilli(clock.millis())
                .atZone(ZoneId.systemDefault())
                .getHour();
        return config.hours().contains(hour);
    }

    private static String percent(double ratio) {
        return String.format(Locale.ROOT, "%.0f %%", ratio * 100);
    }
}
