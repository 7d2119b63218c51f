package io.firn.broker.log;

import io.firn.broker.runtime.ByteSize;
import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.ConfigView;

/**
 * Settings of reads far behind the end of the log.
 *
 * @param distance what lies farther than this behind the end is read past the page cache, unless it is in memory
 * @param memory most bytes such reads take outside the heap, in chunks of {@link ColdChunk#BYTES}; 0: there are none
 */
public record ColdConfig(ByteSize distance, ByteSize memory) {

    private static final String MEMORY_KEY = "firn.log.coldMemory";
    private static final ByteSize MAX = new ByteSize(1L << 40);

    public ColdConfig {
        if (memory.toBytes() > 0 && memory.toBytes() < ColdChunk.BYTES) {
            throw new ConfigException(
                    MEMORY_KEY, memory.toString(), "0, or room for a chunk of " + new ByteSize(ColdChunk.BYTES));
        }
    }

    static ColdConfig from(ConfigView view) {
        return new ColdConfig(
                view.bytes(
                        "firn.log.coldDistance",
                        ByteSize.ofMebibytes(512),
                        new ByteSize(0),
                        MAX,
                        "What lies farther than this behind the end of the log, and is not in memory, is read past the page"
                                + " cache."),
                view.bytes(
                        MEMORY_KEY,
                        ByteSize.ofMebibytes(32),
                        new ByteSize(0),
                        MAX,
                        "Most memory outside the heap for reading past the page cache; 0: everything is read through it."));
    }

    /** How many chunks there may be. */
    int chunks() {
        return (int) Math.min(Integer.MAX_VALUE, memory.toBytes() / ColdChunk.BYTES);
    }
}
