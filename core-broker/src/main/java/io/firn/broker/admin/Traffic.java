package io.firn.broker.admin;

import io.firn.broker.group.Deliveries;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.TaskAgent;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;

/**
 * How much the broker took in and gave out over the last seconds, minutes and days. The totals are read every ten
 * seconds on {@code firn-housekeeper} and when somebody asks; nothing is counted per message here. Any thread.
 */
public final class Traffic implements AutoCloseable {

    static final Duration SAMPLE_PERIOD = Duration.ofSeconds(10);
    static final Duration COARSE_PERIOD = Duration.ofMinutes(10);

    /** Ten minutes of samples, and both ends. */
    private static final int FINE = 64;
    /** Two days of samples, and both ends. */
    private static final int COARSE = 292;

    private static final double NANOS = 1e9;

    /** One of the totals. */
    enum Counter {
        PUT_MESSAGES,
        PUT_BYTES,
        GOT_MESSAGES,
        PULLS_FOUND,
        PULLS_MISSED
    }

    private final TrafficCounters counters;
    private final Clock clock;
    private final long startNanos;
    private final Closer closer = new Closer();
    /** Owner of both: whoever holds this object's monitor. */
    private final Samples fine = new Samples(FINE);

    private final Samples coarse = new Samples(COARSE);

    private final GroupTraffic groups;

    private Traffic(TrafficCounters counters, Deliveries deliveries, Clock clock) {
        this.counters = counters;
        this.clock = clock;
        this.startNanos = clock.nanos();
        this.groups = new GroupTraffic(deliveries, startNanos);
    }

    /** Starts looking at the counters now and then. */
    public static Traffic open(TrafficCounters counters, Deliveries deliveries, Clock clock, TaskAgent housekeeper) {
        Traffic traffic = new Traffic(counters, deliveries, clock);
        traffic.sample();
        traffic.closer.add(housekeeper.every(SAMPLE_PERIOD, traffic::sample));
        return traffic;
    }

    /** Looks at the counters no more. Not from the housekeeper's thread. */
    @Override
    public void close() {
        closer.close();
    }

    /** Remembers the totals of now. */
    synchronized void sample() {
        long now = clock.nanos();
        long[] totals = totals();
        fine.add(now, totals);
        if (now - coarse.newestNanos(now - COARSE_PERIOD.toNanos()) >= COARSE_PERIOD.toNanos()) {
            coarse.add(now, totals);
        }
        groups.sample(now);
    }

    /** The running total now. */
    long total(Counter counter) {
        return totals()[counter.ordinal()];
    }

    /** How much was counted in the last {@code window}, at most two days. */
    synchronized long counted(Counter counter, Duration window) {
        Samples samples = window.compareTo(COARSE_PERIOD) <= 0 ? fine : coarse;
        return Math.round(total(counter) - samples.at(clock.nanos() - window.toNanos(), counter.ordinal()));
    }

    /** How much a group was given of a topic in the last {@code window}, at most a day; −1 when never anything. */
    synchronized long counted(String group, String topic, GroupTraffic.Measure measure, Duration window) {
        return groups.counted(group, topic, measure, clock.nanos(), window);
    }

    /** Counted per second in the last {@code window}, or since the start when that is less ago. */
    double perSecond(Counter counter, Duration window) {
        long age = Math.max(Duration.ofSeconds(1).toNanos(), clock.nanos() - startNanos);
        return counted(counter, window) * NANOS / Math.min(window.toNanos(), age);
    }

    /** The total as it was at the last local midnight, or {@code daysBefore} days earlier; 0 before the start. */
    synchronized long totalAtMidnight(Counter counter, int daysBefore) {
        ZoneId zone = ZoneId.systemDefault();
        long nowMs = clock.millis();
        LocalDate today = Instant.ofEpochMilli(nowMs).atZone(zone).toLocalDate();
        long midnightMs =
                today.minusDays(daysBefore).atStartOfDay(zone).toInstant().toEpochMilli();
        long atNanos = clock.nanos() - Duration.ofMillis(nowMs - midnightMs).toNanos();
        return atNanos - startNanos <= 0 ? 0 : Math.round(coarse.at(atNanos, counter.ordinal()));
    }

    private long[] totals() {
        long[] totals = new long[Counter.values().length];
        Arrays.setAll(totals, i -> switch (Counter.values()[i]) {
            case PUT_MESSAGES -> counters.putMessages().getAsLong();
            case PUT_BYTES -> counters.putBytes().getAsLong();
            case GOT_MESSAGES -> counters.gotMessages().getAsLong();
            case PULLS_FOUND -> counters.pullsFound().getAsLong();
            case PULLS_MISSED -> counters.pullsMissed().getAsLong();
        });
        return totals;
    }
}
