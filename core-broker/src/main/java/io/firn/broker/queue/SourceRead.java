package io.firn.broker.queue;

import java.util.Map;

/**
 * A read that something other than the local store answers.
 *
 * @param request what to read
 * @param reader who reads: a consumer group, or empty
 * @param place where it may be answered
 * @param fields what the client sent along for the source; mostly empty
 */
public record SourceRead(ReadRequest request, String reader, Place place, Map<String, String> fields) {

    /** Where a read may be answered. */
    public enum Place {
        /** By any broker that has the messages: the reader may be sent to one. */
        ANYWHERE,
        /** By this broker, which keeps account of what it gives. */
        HERE
    }

    /** A read for a group, of which this broker keeps account. */
    public static SourceRead of(String group, ReadRequest request) {
        return new SourceRead(request, group, Place.HERE, Map.of());
    }

    /** A read by the broker itself. */
    static SourceRead ofBroker(ReadRequest request) {
        return of("", request);
    }
}
