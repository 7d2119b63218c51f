package io.firn.it.compaction;

import io.firn.it.driver.Line;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a compacted topic must still have: of each queue and key the last message, in order; and everything that is younger
 * than the queue's last pass. A sorted map would do; this is one that knows queues.
 */
final class LatestOfKeys {

    private final List<Line> all;

    /** Takes messages as a driver prints them, of each queue all and in order. */
    LatestOfKeys(List<Line> all) {
        this.all = List.copyOf(all);
    }

    /** The messages left when all are compacted. */
    List<Line> survivors() {
        return survivors(Map.of());
    }

    /** The messages left when each queue is compacted up to an offset; without one, to its end. */
    List<Line> survivors(Map<Long, Long> cleanedTo) {
        Map<String, Long> last = new HashMap<>();
        for (Line message : all) {
            if (message.number("offset") < end(cleanedTo, message)) {
                last.merge(place(message), message.number("offset"), Math::max);
            }
        }
        List<Line> left = new ArrayList<>();
        for (Line message : all) {
            long offset = message.number("offset");
            if (offset >= end(cleanedTo, message) || last.getOrDefault(place(message), -1L) == offset) {
                left.add(message);
            }
        }
        return left;
    }

    private static long end(Map<Long, Long> cleanedTo, Line message) {
        return cleanedTo.getOrDefault(message.number("queue"), Long.MAX_VALUE);
    }

    private static String place(Line message) {
        return message.get("queue") + " " + message.get("keys");
    }
}
