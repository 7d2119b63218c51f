package io.firn.tiered.cold;

/**
 * Bounds of cold reads.
 *
 * @param cacheBytes memory of frames and of requests for them
 * @param indexBytes memory of indexes
 * @param aheadBytes most stored bytes read ahead for one reader of one queue
 * @param hedgePercent most second requests, for what is late, of 100 reads; 0 for none
 */
public record ColdSettings(long cacheBytes, long indexBytes, long aheadBytes, int hedgePercent) {}
