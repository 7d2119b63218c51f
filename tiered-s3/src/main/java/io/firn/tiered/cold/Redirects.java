package io.firn.tiered.cold;

import io.firn.spi.cold.ColdRequest;
import io.firn.spi.topic.QueueRef;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Which reads are sent to a read-only broker. Whether a client can reach that is not known here: one that comes back for the
 * very offset it was sent away with can not, or did not find it there, and its group is served here for a while. So nobody
 * goes round in circles, whatever the other broker is up to. Groups that read a queue meet at the same broker, and share what
 * it has in memory. Any thread.
 */
final class Redirects {
    static final Duration SERVED_HERE = Duration.ofSeconds(30);

    private static final int MOST = 10_000;

    private final List<Long> brokers;
    private final LongSupplier nanos;
    private final LinkedHashMap<Name, Place> places = new LinkedHashMap<>(16, 0.75f, true);
    private long sent;

    private record Name(String group, QueueRef queue) {}

    /**
     * Where a group was last seen.
     *
     * @param offset it was sent away with; -1 when it was served here
     * @param sinceNs when that was
     */
    private record Place(long offset, long sinceNs) {}

    /** To these brokers; to none when empty. */
    Redirects(List<Long> brokers, LongSupplier nanos) {
        this.brokers = List.copyOf(brokers);
        this.nanos = nanos;
    }

    /** The broker to send this read to; empty when it is to be served here. */
    OptionalLong brokerFor(ColdRequest request) {
        if (brokers.isEmpty() || request.reader().access() != ColdRequest.Access.SEQUENTIAL) {
            return OptionalLong.empty();
        }
        QueueRef queue = request.queue();
        if (!leaves(new Name(request.reader().group(), queue), request.offset())) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(brokers.get(Math.floorMod(queue.hashCode(), brokers.size())));
    }

    private synchronized boolean leaves(Name name, long offset) {
        long now = nanos.getAsLong();
        Place last = places.get(name);
        if (last != null && now - last.sinceNs >= SERVED_HERE.toNanos()) {
            last = null;
        }
        if (last != null && last.offset < 0) {
            return false;
        }
        boolean back = last != null && last.offset == offset;
        places.put(name, new Place(back ? -1 : offset, now));
        if (places.size() > MOST) {
            places.remove(places.firstEntry().getKey());
        }
        if (!back) {
            sent++;
        }
        return !back;
    }

    /** How often readers were sent away. */
    synchronized long sent() {
        return sent;
    }
}
