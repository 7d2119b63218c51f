package io.firn.spi.queue;

import io.firn.spi.message.MessageFilterView;
import java.util.Map;

/**
 * What to read of a queue. Immutable; not to be kept beyond the answer.
 *
 * @param offset the first offset wanted
 * @param maxMessages most messages, 1 or more
 * @param maxBytes most bytes of frames; the first message is given whatever its size
 * @param filter which messages; all others must be left out
 * @param fields what the client sent along: the request's fields whose names begin with {@code firn}; mostly empty
 * @since 1.0
 */
public record ReadRequest(
        long offset, int maxMessages, int maxBytes, MessageFilterView filter, Map<String, String> fields) {

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException when nothing could be read
     * @since 1.0
     */
    public ReadRequest {
        if (maxMessages < 1 || maxBytes < 0) {
            throw new IllegalArgumentException("nothing to read: " + maxMessages + " messages, " + maxBytes + " bytes");
        }
        fields = Map.copyOf(fields);
    }
}
