package io.firn.tiered.reader;

import io.firn.spi.HealthReporter;
import io.firn.spi.contract.Deadline;
import io.firn.tiered.archive.CatalogueSync;
import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.commit.ArchiveLog;
import io.firn.tiered.commit.CorruptArchive;
import io.firn.tiered.format.FormatException;
import io.firn.tiered.retention.QueueStarts;
import io.firn.tiered.state.DamagedState;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.StoreException;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is known of an archive up to what its writer says, as long as the broker runs. When the bucket is away, what
 * is known is served on. Owner: the task that calls {@link #tick}.
 */
public final class Follower {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final Duration STARTS_PERIOD = Duration.ofMinutes(5);
    private static final String PART = "archive";

    private final Setup setup;
    private @Nullable ArchiveLog log;
    private long nextStateNs;
    private long nextStartsNs;
    private volatile String trouble = "";

    /**
     * What it works with.
     *
     * @param view a new view of the archive's log
     * @param state takes over topics, groups and offsets
     * @param stateEvery how often
     * @param starts moves the begin of queues
     * @param deadline for the broker to take over a snapshot
     */
    public record Setup(
            Supplier<ArchiveLog> view,
            CatalogueSync sync,
            Archive archive,
            FollowedState state,
            Duration stateEvery,
            QueueStarts starts,
            Supplier<Deadline> deadline,
            LongSupplier nanos,
            HealthReporter health,
            CancelToken cancel) {}

    public Follower(Setup setup) {
        this.setup = setup;
        this.nextStateNs = setup.nanos.getAsLong();
        this.nextStartsNs = nextStateNs;
    }

    /** Reads what is new; never throws what the store or the bucket is to blame for. */
    public void tick() {
        try {
            catalogue();
            String refused = state();
            starts();
            tell(refused);
        } catch (StoreException | CorruptArchive | FormatException | DamagedState e) {
            log = null; // next time from what is known, whatever became of this view
            if (!setup.cancel.isCancelled()) {
                tell(String.valueOf(e.getMessage()));
            }
        }
    }

    private void catalogue() {
        ArchiveLog view = log;
        if (view == null) {
            view = setup.view.get();
            setup.sync.read(view, setup.archive, setup.cancel);
            log = view;
        } else {
            view.follow(setup.cancel);
            if (view.catalogue().seq() != setup.archive.catalogue().seq()) {
                setup.sync.publish(view.catalogue(), setup.archive.queues(), setup.archive, setup.cancel);
            }
        }
    }

    /** What the broker refused of it; empty for nothing. */
    private String state() {
        long now = setup.nanos.getAsLong();
        if (now - nextStateNs >= 0) {
            setup.state.refresh(setup.deadline.get(), setup.cancel);
            nextStateNs = now + setup.stateEvery.toNanos();
        }
        return setup.state.refused();
    }

    private void starts() {
        long now = setup.nanos.getAsLong();
        if (now - nextStartsNs >= 0) {
            setup.starts.move(setup.archive);
            nextStartsNs = now + STARTS_PERIOD.toNanos();
        }
    }

    private void tell(String now) {
        if (now.isEmpty()) {
            setup.health.up(PART);
        } else {
            setup.health.degraded(PART, now);
        }
        if (!now.equals(trouble)) {
            LOG.info(
                    "following the archive: {} -> {}",
                    trouble.isEmpty() ? "well" : trouble,
                    now.isEmpty() ? "well" : now);
            trouble = now;
        }
    }

    /** What keeps it from following; empty for nothing. Written by the task, read by operators. */
    String trouble() {
        return trouble;
    }
}
