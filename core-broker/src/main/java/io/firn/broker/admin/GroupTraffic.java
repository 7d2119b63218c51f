package io.firn.broker.admin;

import io.firn.broker.group.Deliveries;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How much groups were given over the last minute, hour and day, from totals that are looked at now and then. A group
 * that was given nothing costs nothing. Owner of its state: whoever holds the monitor of the {@link Traffic} it is part of.
 */
final class GroupTraffic {

    /** What is counted. */
    enum Measure {
        MESSAGES,
        BYTES
    }

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final Deliveries deliveries;
    private final Map<Key, Past> pasts = new HashMap<>();
    private long lastNanos;

    GroupTraffic(Deliveries deliveries, long nowNanos) {
        this.deliveries = deliveries;
        this.lastNanos = nowNanos;
    }

    private record Key(String group, String topic) {}

    /** The totals of one group in one topic as they were, ever more coarsely. */
    private static final class Past {
        private final Stage minute = new Stage(Traffic.SAMPLE_PERIOD, 8);
        private final Stage hour = new Stage(Traffic.COARSE_PERIOD, 8);
        private final Stage day = new Stage(HOUR, 26);

        void add(long nowNanos, long[] totals) {
            minute.add(nowNanos, totals);
            hour.add(nowNanos, totals);
            day.add(nowNanos, totals);
        }

        Samples over(Duration window) {
            return (window.compareTo(MINUTE) <= 0 ? minute : window.compareTo(HOUR) <= 0 ? hour : day).samples;
        }
    }

    /** Samples that are at least a period apart. */
    private static final class Stage {
        private final long periodNanos;
        private final Samples samples;

        Stage(Duration period, int size) {
            this.periodNanos = period.toNanos();
            this.samples = new Samples(size);
        }

        void add(long nowNanos, long[] totals) {
            if (nowNanos - samples.newestNanos(nowNanos - periodNanos) >= periodNanos) {
                samples.add(nowNanos, totals);
            }
        }
    }

    /** Remembers the totals of now; what is new since the last time was nothing then. */
    void sample(long nowNanos) {
        pasts.keySet().removeIf(key -> deliveries.find(key.group, key.topic) == null);
        deliveries.forEach((group, topic, given) -> {
            Past past = pasts.computeIfAbsent(new Key(group, topic), key -> startedAt(lastNanos));
            past.add(nowNanos, totals(given));
        });
        lastNanos = nowNanos;
    }

    private static Past startedAt(long nanos) {
        Past past = new Past();
        past.add(nanos, new long[Measure.values().length]);
        return past;
    }

    /** How much the group was given in the last {@code window}, at most a day; −1 when it never was given anything. */
    long counted(String group, String topic, Measure measure, long nowNanos, Duration window) {
        Deliveries.Given given = deliveries.find(group, topic);
        if (given == null) {
            return -1;
        }
        long total = totals(given)[measure.ordinal()];
        Past past = pasts.get(new Key(group, topic));
        return past == null
                ? total
                : Math.round(total - past.over(window).at(nowNanos - window.toNanos(), measure.ordinal()));
    }

    private static long[] totals(Deliveries.Given given) {
        return new long[] {given.messages(), given.bytes()};
    }
}
