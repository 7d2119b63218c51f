package io.firn.tiered.gate;

import io.firn.spi.read.SegmentRef;
import io.firn.spi.retention.DeleteCause;
import io.firn.spi.retention.DiskPressure;
import io.firn.spi.retention.Hold;
import io.firn.spi.retention.SegmentCleanupHook;
import io.firn.tiered.archive.ArchiveStatus;
import io.firn.tiered.archive.Archiver;
import io.firn.tiered.catalogue.Archive;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A segment may go when all of it is committed to the bucket and was read back from there, in this life of the broker or
 * an earlier one whose bucket was seen again since the start. Housekeeper's thread; {@link #isHolding} on any.
 */
public final class ArchiveGate implements SegmentCleanupHook {
    private static final Duration RECHECK = Duration.ofSeconds(1);

    private final Archive archive;
    private final Archiver archiver;
    private final InstantSource clock;
    private final Duration localRetention;
    /** When a segment was last held for want of an archive; {@link Instant#MIN} for never. */
    private volatile Instant heldAt = Instant.MIN;

    /**
     * A gate.
     *
     * @param localRetention archived segments stay on the disk this long, unless it is nearly full
     */
    public ArchiveGate(Archive archive, Archiver archiver, InstantSource clock, Duration localRetention) {
        this.archive = archive;
        this.archiver = archiver;
        this.clock = clock;
        this.localRetention = localRetention;
    }

    /** Whether segments that should go were held lately because they are not archived. */
    public boolean isHolding() {
        return heldAt.isAfter(clock.instant().minusSeconds(60));
    }

    @Override
    public Hold beforeDelete(SegmentRef segment, DeleteCause cause) {
        Instant now = clock.instant();
        ArchiveStatus status = archiver.status();
        boolean archived = segment.to() <= archive.archivedUpTo();
        if (!archived || !archiver.hasSeenBucket()) {
            heldAt = now;
            return Hold.until(now.plus(RECHECK), reason(status));
        }
        boolean young = Instant.ofEpochMilli(segment.lastStoreTimestampMs())
                .plus(localRetention)
                .isAfter(now);
        return young && cause != DeleteCause.DISK_FORCED && cause != DeleteCause.ADMIN
                ? Hold.until(now.plus(RECHECK), "younger than local.retention")
                : Hold.NONE;
    }

    /** A label: no numbers. */
    private static String reason(ArchiveStatus status) {
        return switch (status.phase()) {
            case STARTING -> "the bucket was not reached since the start";
            case PAUSED -> "archiving is paused";
            case FENCED -> "another broker archives to the same place";
            case RUNNING -> status.trouble().isEmpty() ? "not archived yet" : "archiving is in trouble";
        };
    }

    @Override
    public void onDiskPressure(DiskPressure pressure) {
        archiver.ladder().told(pressure.usedRatio());
    }
}
