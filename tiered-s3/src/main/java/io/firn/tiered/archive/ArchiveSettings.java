package io.firn.tiered.archive;

import java.time.Duration;

/**
 * How archiving goes about it.
 *
 * @param packing how slices become objects
 * @param maxLag messages of the open segment are archived when they are older
 * @param bytesPerSecond upper bound of uploads; 0: as deadlines demand
 */
public record ArchiveSettings(Packing packing, Duration maxLag, long bytesPerSecond) {}
