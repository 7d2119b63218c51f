package io.firn.broker.plugin.guard;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between the broker and one hook of a plugin. Around each call the broker asks {@link #admits()}, then says
 * {@link #passed} or {@link #failed}: what the hook does never gets further than here. Any thread.
 */
public final class PluginGuard implements AutoCloseable {

    /** For {@link #passed}: the call's time was not taken. */
    public static final long UNTIMED = -1;

    private static final Logger LOG = LoggerFactory.getLogger(PluginGuard.class);
    private static final long LOG_PERIOD_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int STACK_LINES = 24;

    private final Guards guards;
    private final Watch watch;
    private final HookOwner owner;
    private final String hook;
    private final String name;
    private final Breaker breaker;
    private final GuardCounts counts;
    private final AtomicLong nextLogNanos;
    private final AtomicLong unlogged = new AtomicLong();
    /** Why it is off for good; null when it is not. */
    private volatile @Nullable String quarantined;

    /** The hook is gone: calls that had not begun do not begin. */
    private volatile boolean ended;

    private volatile boolean degraded;

    /** Whether somebody looks for calls that do not come back. */
    public enum Watch {
        /** Yes: callers say in their {@link CallSlot} what they call. */
        CALLS,
        /** No: the hook may block, or its caller looks itself, and decides itself when it is called: there is no breaker. */
        NONE
    }

    PluginGuard(Guards guards, HookOwner owner, String hook, Watch watch) {
        long now = guards.clock().nanos();
        this.guards = guards;
        this.watch = watch;
        this.owner = owner;
        this.hook = hook;
        this.name = owner.pluginId() + "/" + hook;
        this.breaker = new Breaker(guards.config(), now);
        this.counts = guards.metrics().begin(this, owner.pluginId(), hook);
        this.nextLogNanos = new AtomicLong(now);
    }

    public HookOwner owner() {
        return owner;
    }

    public String hook() {
        return hook;
    }

    /** {@code plugin/hook}. */
    public String name() {
        return name;
    }

    /** Whether the hook may be called now; while its breaker is open that is so once per probe period. */
    public boolean admits() {
        if (quarantined != null || ended) {
            return false;
        }
        return !breaker.isOpen() || breaker.takeProbe(guards.clock().nanos());
    }

    /** Whether the hook is not called, or only to see whether it is well again. */
    public boolean isOff() {
        return quarantined != null || ended || breaker.isOpen();
    }

    /** No call begins any more, and nothing is said in its place. Any thread. */
    public void end() {
        ended = true;
    }

    /** Whether the hook is gone: a message is stored as if it had never been. */
    public boolean isEnded() {
        return ended;
    }

    /** Whether the plugin is never called again. */
    public boolean isQuarantined() {
        return quarantined != null;
    }

    /** Why the plugin is never called again, beginning with {@code quarantined}; null when it may be. */
    public @Nullable String quarantine() {
        return quarantined;
    }

    Watch watch() {
        return watch;
    }

    /** Whether the calling thread is about to make the probe, whose time is always taken. */
    public boolean isProbe() {
        return breaker.isOpen() && breaker.isProbe();
    }

    /**
     * A call came back well.
     *
     * @param tookNanos how long it took, or {@link #UNTIMED}
     */
    public void passed(long tookNanos) {
        counts.calls().increment();
        if (tookNanos >= 0 || breaker.isOpen()) {
            timed(tookNanos);
        }
    }

    /**
     * An answer that was waited for came in time.
     *
     * @param probe whether its question was the probe
     */
    public void answered(boolean probe) {
        counts.calls().increment();
        if (probe && breaker.answered(guards.clock().nanos())) {
            recovered("it passed a probe");
        }
    }

    private void timed(long tookNanos) {
        long now = guards.clock().nanos();
        if (tookNanos >= 0) {
            counts.samples().increment();
            counts.sampledNanos().add(tookNanos);
        }
        boolean inBudget = tookNanos <= guards.config().budget().toNanos();
        if (inBudget && breaker.probePassed(now)) {
            recovered("it passed a probe");
        } else if (breaker.sampled(tookNanos, now)) {
            degraded("too slow: more than 1 % of its calls took longer than "
                    + ms(guards.config().budget()) + "; it is switched off until it passes a probe");
        }
    }

    /**
     * A call failed: counts, logs, opens the breaker, quarantines the plugin.
     *
     * @throws VirtualMachineError when that is what it was, unless it is a {@link StackOverflowError}
     */
    public void failed(Throwable cause) {
        counts.failures().increment();
        if (cause instanceof VirtualMachineError fatal && !(cause instanceof StackOverflowError)) {
            throw fatal;
        }
        if (cause instanceof LinkageError missing) {
            quarantine(missing);
            return;
        }
        log(cause);
        countFailure("it failed " + guards.config().failures() + " times within "
                + guards.config().failureWindow().toSeconds() + " s, last with " + cause);
    }

    /** The hook broke a rule without throwing. Counts as a failure. */
    public void misbehaved(String what) {
        counts.failures().increment();
        log(what);
        countFailure("it failed " + guards.config().failures() + " times within "
                + guards.config().failureWindow().toSeconds() + " s: " + what);
    }

    private void countFailure(String reason) {
        if (watch == Watch.CALLS && breaker.failed(guards.clock().nanos())) {
            degraded(reason + "; it is switched off until it passes a probe");
        }
    }

    /** The hook is not well though its breaker does not care: dispatchers and cleanup hooks have no breaker. */
    public void degraded(String reason) {
        guards.trouble(this, reason);
        degraded = true;
        LOG.error("hook {}: {}", name, reason);
        owner.alarm().degraded(hook, reason);
    }

    /** What {@link #degraded} said is over; nothing happens when nothing was said. */
    public void recovered(String why) {
        if (degraded && quarantined == null) {
            degraded = false;
            guards.well(this);
            LOG.warn("hook {} is well again: {}", name, why);
            owner.alarm().recovered(hook);
        }
    }

    private void quarantine(LinkageError cause) {
        if (quarantined == null) {
            String reason = "quarantined: it needs " + memberOf(cause) + ", which is not there; install a plugin built"
                    + " for this broker's SPI";
            guards.quarantine(owner.pluginId(), reason);
            LOG.error(
                    "plugin {} is quarantined, its hook {} needs code that is not there",
                    owner.pluginId(),
                    hook,
                    cause);
            owner.alarm().quarantined(hook, cause);
        }
    }

    void quarantined(String reason) {
        quarantined = reason;
        degraded = true;
        guards.trouble(this, reason);
    }

    private static String memberOf(LinkageError cause) {
        String message = cause.getMessage();
        return message == null
                ? cause.toString()
                : message + " (" + cause.getClass().getSimpleName() + ")";
    }

    /** A call has not come back in time. Called by the watch, once per call. */
    void stuck(Thread thread) {
        counts.stuck().increment();
        String stack = Arrays.stream(thread.getStackTrace())
                .limit(STACK_LINES)
                .map(frame -> "\n\tat " + frame)
                .collect(Collectors.joining());
        LOG.error(
                "hook {} has not come back to {} for more than {}; that thread stands here:{}",
                name,
                thread.getName(),
                ms(guards.config().stuckAfter()),
                stack);
        if (breaker.trip(guards.clock().nanos())) {
            degraded("a call on " + thread.getName() + " has not come back for more than "
                    + ms(guards.config().stuckAfter()) + "; it is switched off until it passes a probe");
        }
    }

    /** One line per period; what is left out is counted in the next. */
    private void log(Object cause) {
        long now = guards.clock().nanos();
        long next = nextLogNanos.get();
        if (now - next < 0 || !nextLogNanos.compareAndSet(next, now + LOG_PERIOD_NANOS)) {
            unlogged.incrementAndGet();
            return;
        }
        long before = unlogged.getAndSet(0);
        if (cause instanceof Throwable thrown) {
            LOG.error("hook {} failed ({} failures before this one were not logged)", name, before, thrown);
        } else {
            LOG.error("hook {}: {} ({} failures before this one were not logged)", name, cause, before);
        }
    }

    private static String ms(Duration duration) {
        return duration.toMillis() + " ms";
    }

    /** The hook is gone: nothing is counted or reported any more. Called once, by whoever asked for the guard. */
    @Override
    public void close() {
        end();
        guards.ended(this);
        if (degraded) {
            owner.alarm().recovered(hook);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
