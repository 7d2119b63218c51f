package io.firn.tiered.cold;

/**
 * How cold reads go, since the start.
 *
 * @param hits frames found in memory or on their way
 * @param misses frames that had to be fetched
 * @param fetchedBytes bytes of objects fetched
 * @param brokenFrames frames that did not unpack at first
 * @param usedBytes memory of frames and requests now
 * @param peakBytes the most there ever was
 * @param indexBytes memory of indexes now
 * @param hedges second requests for what was late
 * @param hedgesWon second requests that were answered first
 * @param redirected reads sent to a read-only broker
 */
public record ColdStats(
        long hits,
        long misses,
        long fetchedBytes,
        long brokenFrames,
        long usedBytes,
        long peakBytes,
        long indexBytes,
        long hedges,
        long hedgesWon,
        long redirected) {}
