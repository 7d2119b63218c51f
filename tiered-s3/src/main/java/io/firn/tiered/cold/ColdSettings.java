package io.firn.tiered.cold;

import java.util.List;

/**
 * Bounds of cold reads.
 *
 * @param cacheBytes memory of frames and of requests for them
 * @param indexBytes memory of indexes
 * @param aheadBytes most stored bytes read ahead for one reader of one queue
 * @param hedgePercent most second requests, for what is late, of 100 reads; 0 for none
 * @param readers ids of brokers that consumers are sent to; empty: all are served here
 */
public record ColdSettings(long cacheBytes, long indexBytes, long aheadBytes, int hedgePercent, List<Long> readers) {
    public ColdSettings {
        readers = List.copyOf(readers);
    }
}
