package io.firn.compaction.archive;

import io.firn.spi.contract.Deadline;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * What all archives share.
 *
 * @param settings how they are kept
 * @param clock wall clock
 * @param deadlines moments from now on the monotonic clock
 * @param pace waits until so many more bytes may be read from the disk
 * @param counts told of what was done
 */
public record ArchiveTools(
        ArchiveSettings settings,
        InstantSource clock,
        Function<Duration, Deadline> deadlines,
        Pace pace,
        Counts counts) {

    /** How fast the disk may be read. */
    @FunctionalInterface
    public interface Pace {

        /** Waits; throws when the plugin stops. */
        void take(long bytes) throws InterruptedIOException;
    }

    /**
     * Who counts; any thread, must not block.
     *
     * @param stored told the length of each object that was stored
     * @param fetched told the length of each object that was read back to the disk
     * @param deleted told of each object that was deleted
     */
    public record Counts(LongConsumer stored, LongConsumer fetched, Runnable deleted) {}

    Deadline graceFromNow() {
        return deadlines.apply(settings.grace());
    }

    void stored(long bytes) {
        counts.stored().accept(bytes);
    }

    void deleted() {
        counts.deleted().run();
    }
}
