package io.firn.spi.cold;

import io.firn.spi.contract.Deadline;

/**
 * Which messages to look up by key. Immutable; any thread.
 *
 * @param topic whose messages
 * @param key one key: a word of property {@code KEYS}, or the value of {@code UNIQ_KEY}
 * @param window when they were stored
 * @param maxMessages most messages, 1 or more; the newest are wanted
 * @param deadline when the answer is no longer waited for
 * @since 1.0
 */
public record ColdKeyRequest(String topic, String key, Window window, int maxMessages, Deadline deadline) {

    /**
     * A time of storing, both ends included, ms since 1970.
     *
     * @param fromMs the first
     * @param toMs the last
     * @since 1.0
     */
    public record Window(long fromMs, long toMs) {}

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException when nothing could be found
     * @since 1.0
     */
    public ColdKeyRequest {
        if (key.isEmpty() || maxMessages < 1) {
            throw new IllegalArgumentException("nothing to find: key '" + key + "', " + maxMessages + " messages");
        }
    }
}
