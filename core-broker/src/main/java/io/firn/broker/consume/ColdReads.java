package io.firn.broker.consume;

import io.firn.broker.group.GroupName;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many old bytes each group has read lately, and who of them has to wait. Counted in windows of five seconds, of which
 * each begins with the first look after the one before has ended: nothing ticks. Any thread.
 */
public final class ColdReads {

    private static final long WINDOW_NANOS = Duration.ofSeconds(5).toNanos();

    private final Clock clock;
    private final Metrics.Count held;
    private final ConcurrentMap<String, Account> accounts = new ConcurrentHashMap<>();
    /** By group, what operators said; forgotten at the end of the process, as RocketMQ does. */
    private final ConcurrentMap<String, Long> limits = new ConcurrentHashMap<>();

    private final AtomicLong together = new AtomicLong();
    private final AtomicLong windowBegan;
    /** Replaced by {@link #adopt}. */
    private volatile ColdReadsConfig config;

    /** What one group has read. */
    private static final class Account {

        private final long createdMs;
        private final AtomicLong bytes = new AtomicLong();
        private volatile long lastMs;

        Account(long nowMs) {
            createdMs = nowMs;
            lastMs = nowMs;
        }
    }

    /**
     * One group's part of the present window.
     *
     * @param coldAcc bytes
     * @param createTimeMills wall time of its first old read lately
     * @param lastColdReadTimeMills wall time of its last one
     */
    public record Reading(long coldAcc, long createTimeMills, long lastColdReadTimeMills) {}

    /** All groups, in the shape that tools read (code 2003). */
    public record Overview(
            Map<String, Reading> runtimeTable,
            Map<String, Long> configTable,
            long cgColdReadThreshold,
            long globalColdReadThreshold,
            long globalAcc) {}

    public ColdReads(ColdReadsConfig config, Clock clock, Metrics metrics) {
        this.config = config;
        this.clock = clock;
        this.windowBegan = new AtomicLong(clock.nanos());
        this.held = metrics.counter(
                "firn_consume_cold_pulls_held_total", "Pulls that had to wait because their group reads old data.");
    }

    /** Goes by these settings from now on. Any thread. */
    public void adopt(ColdReadsConfig changed) {
        config = changed;
    }

    /** Gives a group a limit of its own, in bytes in five seconds. */
    public void limit(String group, long bytes) {
        limits.put(group, bytes);
    }

    /** Takes a group's own limit away. */
    public void removeLimit(String group) {
        limits.remove(group);
    }

    /** Whether a group that wants to read this far behind the end of the log has to wait. */
    boolean mustWait(String group, long bytesBehind) {
        ColdReadsConfig now = config;
        if (!now.active() || bytesBehind <= now.oldBytes().toBytes() || GroupName.isSystem(group)) {
            return false;
        }
        beginWindow();
        Account account = accounts.get(group);
        if (account == null) {
            return false;
        }
        long own = limits.getOrDefault(group, now.perGroup().toBytes());
        boolean waits =
                account.bytes.get() >= own || together.get() >= now.together().toBytes();
        if (waits) {
            held.increment();
        }
        return waits;
    }

    /** A group has read this much, this far behind the end of the log. */
    void read(String group, long bytesBehind, long bytes) {
        ColdReadsConfig now = config;
        if (!now.active() || bytesBehind <= now.oldBytes().toBytes()) {
            return;
        }
        beginWindow();
        long nowMs = clock.millis();
        Account account = accounts.computeIfAbsent(group, name -> new Account(nowMs));
        account.lastMs = nowMs;
        account.bytes.addAndGet(bytes);
        together.addAndGet(bytes);
    }

    /** What every group has read in the present window, and the limits. */
    public Overview overview() {
        beginWindow();
        Map<String, Reading> readings = new TreeMap<>();
        accounts.forEach((group, account) ->
                readings.put(group, new Reading(account.bytes.get(), account.createdMs, account.lastMs)));
        ColdReadsConfig now = config;
        return new Overview(
                readings,
                new TreeMap<>(limits),
                now.perGroup().toBytes(),
                now.together().toBytes(),
                together.get());
    }

    /** Begins a new window when the present one is over; who read nothing in it is forgotten. */
    private void beginWindow() {
        long began = windowBegan.get();
        long now = clock.nanos();
        if (now - began < WINDOW_NANOS || !windowBegan.compareAndSet(began, now)) {
            return;
        }
        together.set(0);
        for (String group : accounts.keySet()) {
            accounts.computeIfPresent(group, (name, account) -> emptied(account));
        }
    }

    private static @Nullable Account emptied(Account account) {
        return account.bytes.getAndSet(0) == 0 ? null : account;
    }
}
