package io.firn.tiered.operator;

import io.firn.spi.HealthReporter;
import io.firn.spi.PluginContext;
import io.firn.tiered.archive.ArchiveStatus;
import io.firn.tiered.gate.ArchiveGate;
import io.firn.tiered.gate.DiskForecast;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Says how archiving is, what keeps segments on the disk, and how long the disk lasts then. Owner: the task that calls
 * {@link #look}.
 */
public final class HealthWatch {
    /** From here on the broker refuses messages, if it is not configured otherwise. */
    private static final double FULL_RATIO = 0.9;

    private static final Duration SOON = Duration.ofHours(1);
    private static final String ARCHIVE = "archive";
    private static final String DISK = "disk";
    private static final String STATE = "state";

    private final Operated operated;
    private final ArchiveGate gate;
    private final PluginContext context;
    private final DiskForecast forecast = new DiskForecast();

    public HealthWatch(Operated operated, ArchiveGate gate, PluginContext context) {
        this.operated = operated;
        this.gate = gate;
        this.context = context;
    }

    /** Looks once and says what it sees. */
    public void look() {
        ArchiveStatus status = operated.archiver().status();
        HealthReporter health = context.health();
        switch (status.phase()) {
            case FENCED -> health.down(ARCHIVE, status.trouble() + ", since " + status.since());
            case PAUSED -> health.degraded(ARCHIVE, status.trouble() + ", since " + status.since());
            case STARTING, RUNNING -> {
                if (status.trouble().isEmpty()) {
                    health.up(ARCHIVE);
                } else {
                    health.degraded(ARCHIVE, status.trouble() + ", since " + status.since());
                }
            }
        }
        disk(health, status);
        state(health);
    }

    private void state(HealthReporter health) {
        if (operated.keeper().waitsForRestore()) {
            health.degraded(
                    STATE,
                    "the bucket has topics and groups that this disk knows nothing of: run restore; until then"
                            + " no snapshot is written and nothing goes by retention");
        } else {
            health.up(STATE);
        }
    }

    private void disk(HealthReporter health, ArchiveStatus status) {
        forecast.sample(context.clock().instant(), context.reader().positions().appended());
        Duration lasts = forecast.lasts(room(context.broker().storeDir()));
        boolean stuck = !status.trouble().isEmpty() || status.phase() != ArchiveStatus.Phase.RUNNING;
        if (gate.isHolding() && stuck) {
            String why = "segments that should go are kept because they are not archived: " + status.trouble()
                    + "; at the rate of late the disk lasts " + text(lasts);
            if (lasts.compareTo(SOON) < 0) {
                health.down(DISK, why);
            } else {
                health.degraded(DISK, why);
            }
        } else {
            health.up(DISK);
        }
    }

    static String text(Duration lasts) {
        return lasts.toDays() >= 1000
                ? "more than 1000 days"
                : lasts.toDays() > 1
                        ? lasts.toDays() + " days"
                        : lasts.toHours() > 1 ? lasts.toHours() + " hours" : lasts.toMinutes() + " minutes";
    }

    /** Bytes until the broker refuses messages. */
    private static long room(Path storeDir) {
        try {
            FileStore disk = Files.getFileStore(storeDir);
            return (long) (disk.getUsableSpace() - (1 - FULL_RATIO) * disk.getTotalSpace());
        } catch (IOException e) {
            return Long.MAX_VALUE; // how full the disk is can not be told; the broker says that itself
        }
    }
}
