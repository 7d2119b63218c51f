package io.firn.tiered.cold;

import io.firn.spi.topic.QueueRef;
import java.util.LinkedHashMap;

/**
 * Who reads which queue on, and how far ahead reading pays: 1 MiB at first, twice as much each time the reader had to wait
 * although it reads on, up to a limit. Any thread.
 */
final class Cursors {
    private static final int MOST = 10_000;
    private static final long FIRST_WINDOW = 1 << 20;

    private final long mostBytes;
    private final LinkedHashMap<Name, Place> places = new LinkedHashMap<>(16, 0.75f, true);

    private record Name(String group, QueueRef queue) {}

    private record Place(long next, long windowBytes) {}

    Cursors(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * How many stored bytes to read ahead for a read at {@code offset}: none unless the reader reads on.
     *
     * @param waits whether this read has to wait for the store
     */
    synchronized long window(String group, QueueRef queue, long offset, boolean waits) {
        Place place = places.get(new Name(group, queue));
        if (place == null || place.next != offset) {
            return 0;
        }
        long window = place.windowBytes == 0 ? FIRST_WINDOW : waits ? place.windowBytes * 2 : place.windowBytes;
        return Math.min(mostBytes, window);
    }

    /** The reader will go on at {@code next}. */
    synchronized void moved(String group, QueueRef queue, long next, long windowBytes) {
        places.put(new Name(group, queue), new Place(next, windowBytes));
        if (places.size() > MOST) {
            places.remove(places.firstEntry().getKey());
        }
    }
}
