package io.firn.broker.log;

import io.firn.broker.runtime.ByteSize;
import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.ConfigView;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of the commit log.
 *
 * @param directory where the segments are
 * @param segmentSize length of every segment; never changes for a store
 * @param flushMode whether producers wait for the disk
 * @param flushInterval how often appended pages are forced when nobody waits
 * @param flushLeastPages fewer dirty pages than this wait for {@code flushThoroughInterval}
 * @param flushThoroughInterval how long a dirty page waits at most
 * @param syncFlushTimeout how long a producer waits for the disk at most
 * @param maxMessageSize the largest body
 * @param onCorruption what to do with damage among records that were safe
 * @param populateAhead bytes of pages kept ready ahead of the writer
 * @param stuckAfter how long an append waits for another one at most
 * @param cold reads far behind the end
 */
public record LogConfig(
        Path directory,
        ByteSize segmentSize,
        FlushMode flushMode,
        Duration flushInterval,
        int flushLeastPages,
        Duration flushThoroughInterval,
        Duration syncFlushTimeout,
        ByteSize maxMessageSize,
        OnCorruption onCorruption,
        ByteSize populateAhead,
        Duration stuckAfter,
        ColdConfig cold) {

    static final String SEGMENT_SIZE_KEY = "mappedFileSizeCommitLog";
    static final String ON_CORRUPTION_KEY = "firn.log.onCorruption";

    private static final ByteSize MIN_SEGMENT = new ByteSize(64L * 1024);
    private static final ByteSize MAX_SEGMENT = ByteSize.ofMebibytes(1024);
    private static final long MAX_MS = 3_600_000;

    /** Whether producers wait for the disk. */
    public enum FlushMode {
        ASYNC_FLUSH,
        SYNC_FLUSH
    }

    /** What to do with damage among records that were safe. */
    public enum OnCorruption {
        /** Do not start; name file and position. */
        REFUSE,
        /** Give up everything from the damage on. */
        TRUNCATE
    }

    /** Reads the settings; RocketMQ's names keep their meaning. */
    public static LogConfig from(ConfigView view) {
        Path root = view.path("storePathRootDir", "data", "Directory of everything the broker keeps.");
        String directory = view.string(
                "storePathCommitLog",
                "",
                "Directory of the commit log's segments; empty: commitlog below storePathRootDir.");
        if (directory.contains(",")) {
            throw new ConfigException("storePathCommitLog", directory, "one directory; several are not supported");
        }
        return new LogConfig(
                directory.isEmpty()
                        ? root.resolve("commitlog")
                        : Path.of(directory).toAbsolutePath().normalize(),
                view.bytes(
                        SEGMENT_SIZE_KEY,
                        MAX_SEGMENT,
                        MIN_SEGMENT,
                        MAX_SEGMENT,
                        "Length of every commit log segment; must not change for a store."),
                view.choice("flushDiskType", FlushMode.ASYNC_FLUSH, "Whether producers wait for the disk."),
                view.millis("flushIntervalCommitLog", 500, 1, MAX_MS, "Pause between forces when nobody waits."),
                view.integer("flushCommitLogLeastPages", 4, 0, 1 << 18, "Fewer dirty 4 KiB pages wait longer."),
                view.millis("flushCommitLogThoroughInterval", 10_000, 1, MAX_MS, "Longest time a page stays dirty."),
                view.millis("syncFlushTimeout", 5_000, 1, MAX_MS, "Longest wait of a producer for the disk."),
                view.bytes(
                        "maxMessageSize",
                        ByteSize.ofMebibytes(4),
                        new ByteSize(1024),
                        ByteSize.ofMebibytes(15),
                        "Largest body of a message, or of a whole batch."),
                view.choice(
                        ON_CORRUPTION_KEY,
                        OnCorruption.REFUSE,
                        "What to do at start with damage among records that were safe: REFUSE to start, or TRUNCATE the"
                                + " log there."),
                view.bytes(
                        "firn.log.populateAhead",
                        ByteSize.ofMebibytes(16),
                        new ByteSize(64L * 1024),
                        MAX_SEGMENT,
                        "Pages kept ready ahead of the writer."),
                view.millis(
                        "osPageCacheBusyTimeOutMills",
                        1_000,
                        1,
                        MAX_MS,
                        "How long a message waits while an earlier one is held up by the disk; then it, and all that come"
                                + " meanwhile, are refused with SYSTEM_BUSY."),
                ColdConfig.from(view));
    }
}
