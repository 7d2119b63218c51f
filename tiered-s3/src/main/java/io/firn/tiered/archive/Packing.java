package io.firn.tiered.archive;

import io.firn.tiered.format.RpkOptions;
import org.jspecify.annotations.Nullable;

/**
 * How slices become objects.
 *
 * @param format frames and compression
 * @param partBytes what is uploaded at once; objects up to twice that go in one request
 * @param partsInFlight uploads of parts at a time
 * @param storageClass the store's word for it, or null for the bucket's default
 * @param verifyFrames frames of each object that are read back and compared before the commit
 */
public record Packing(
        RpkOptions format,
        int partBytes,
        int partsInFlight,
        @Nullable String storageClass,
        int verifyFrames) {}
