package io.firn.broker.queue;

import java.util.Map;

/**
 * A read that something other than the local store answers.
 *
 * @param request what to read
 * @param reader who reads: a consumer group, or empty
 * @param fields what the client sent along for the source; mostly empty
 */
public record SourceRead(ReadRequest request, String reader, Map<String, String> fields) {

    /** A read by the broker itself. */
    static SourceRead ofBroker(ReadRequest request) {
        return new SourceRead(request, "", Map.of());
    }
}
