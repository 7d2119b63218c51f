package io.firn.compaction.archive;

import java.time.Duration;

/**
 * How generations are archived.
 *
 * @param mode whether they are
 * @param grace what no generation in the archive needs any more stays for so long, for those who still read it
 * @param maxLag a generation that is not archived for longer is reported
 */
public record ArchiveSettings(Mode mode, Duration grace, Duration maxLag) {

    /** Whether generations are archived. */
    public enum Mode {
        /** When there is object storage. */
        AUTO,
        /** Always: a queue without files is not opened before there is object storage to restore it from. */
        REQUIRED,
        /** Never, and nothing is restored. */
        OFF
    }
}
