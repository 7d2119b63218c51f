package io.firn.compaction;

import io.firn.compaction.archive.ArchiveSettings;
import io.firn.compaction.pass.MemoryBudget;
import io.firn.spi.config.Default;
import io.firn.spi.config.Key;
import io.firn.spi.config.Range;
import io.firn.spi.contract.ByteSize;
import java.time.Duration;

/**
 * Settings of the plugin, the same for all topics; what a topic wants stands in its attributes.
 *
 * @param memory for the keys of all passes together; more keys than fit go through temporary files
 * @param io bytes all passes together read and write per second; up to four times that when a deadline is at risk
 * @param threads passes at a time; 0 stands for half of the cores, at most 2
 * @param archive whether generations are kept in object storage
 * @param archiveGrace longer than a restore or a lease takes
 * @param archiveMaxLag when health says so
 */
public record CompactionConfig(
        @Key(value = "memory", doc = "Memory for the keys of all passes together.")
        @Default("64MiB")
        @Range(min = 1 << 20, max = 1L << 36)
        ByteSize memory,

        @Key(value = "io", doc = "Bytes that all passes together read and write per second.")
        @Default("64MiB")
        @Range(min = 1 << 20)
        ByteSize io,

        @Key(value = "threads", doc = "Passes at a time; 0: half of the cores, at most 2.")
        @Default("0")
        @Range(min = 0, max = 64)
        int threads,

        @Key(
                value = "archive",
                doc = "Whether generations are kept in object storage: AUTO, when there is some; REQUIRED, also a queue"
                        + " without files is not opened before there is; OFF.")
        @Default("auto")
        ArchiveSettings.Mode archive,

        @Key(
                value = "archive.grace",
                doc = "What no archived generation needs any more stays in object storage this long.")
        @Default("1h")
        Duration archiveGrace,

        @Key(value = "archive.max-lag", doc = "A generation that is not archived for longer is reported.")
        @Default("10m")
        @Range(min = 1)
        Duration archiveMaxLag) {

    /** Checks the components together. */
    public CompactionConfig {
        if (threads > 0 && memory.toBytes() / threads < MemoryBudget.LEAST_BYTES) {
            throw new IllegalArgumentException("memory=" + memory + " is too little for threads=" + threads
                    + ": each pass needs " + new ByteSize(MemoryBudget.LEAST_BYTES));
        }
    }

    /** The defaults. */
    public static final CompactionConfig NORMAL = new CompactionConfig(
            ByteSize.ofMebibytes(64),
            ByteSize.ofMebibytes(64),
            0,
            ArchiveSettings.Mode.AUTO,
            Duration.ofHours(1),
            Duration.ofMinutes(10));

    ArchiveSettings archiveSettings() {
        return new ArchiveSettings(archive, archiveGrace, archiveMaxLag);
    }

    /** Passes at a time on a machine with so many cores. */
    int threads(int cores) {
        return threads > 0 ? threads : Math.clamp(cores / 2, 1, 2);
    }
}
