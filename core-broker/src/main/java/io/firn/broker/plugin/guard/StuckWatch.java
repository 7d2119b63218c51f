package io.firn.broker.plugin.guard;

import io.firn.broker.runtime.Agent;
import io.firn.broker.runtime.AgentThread;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.FaultHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks every 100 ms at what each thread is calling, and reports calls that take too long with the thread's stack. No
 * thread is ended: the JVM has no safe way to. Runs on {@code firn-plugin-watch}, which exists while hooks do.
 */
public final class StuckWatch implements Agent, AutoCloseable {

    static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final long stuckTicks;
    private final Clock clock;
    private final FaultHandler faults;
    private final List<CallSlot> slots = new CopyOnWriteArrayList<>();
    private final ThreadLocal<CallSlot> own = ThreadLocal.withInitial(this::join);
    /** Owner: whoever runs {@link #tick()}. */
    private volatile long tick;

    /** Owner: the watch's thread. */
    private long lookedAtNanos;

    /** Guarded by this, as is {@link #thread}. */
    private int users;

    private @Nullable AgentThread thread;

    StuckWatch(GuardConfig config, Clock clock, FaultHandler faults) {
        this.clock = clock;
        this.lookedAtNanos = clock.nanos();
        this.stuckTicks = Math.max(1, config.stuckAfter().toNanos() / PERIOD_NANOS);
        this.faults = faults;
    }

    private CallSlot join() {
        slots.removeIf(slot -> !slot.thread().isAlive());
        CallSlot slot = new CallSlot(this, Thread.currentThread());
        slots.add(slot);
        return slot;
    }

    /** The calling thread's slot. */
    public CallSlot slot() {
        return own.get();
    }

    long tick() {
        return tick;
    }

    /** One more hook exists: the first starts the thread. */
    synchronized void use() {
        users++;
        if (thread == null) {
            thread = AgentThread.start(this, faults);
        }
    }

    /** One hook less: the last ends the thread. */
    synchronized void unuse() {
        users--;
        if (users == 0) {
            close();
        }
    }

    @Override
    public String roleName() {
        return "firn-plugin-watch";
    }

    @Override
    public int doWork() {
        long now = clock.nanos();
        if (now - lookedAtNanos >= PERIOD_NANOS) {
            lookedAtNanos = now;
            look();
        }
        return 0;
    }

    @Override
    public long idleNanos() {
        return PERIOD_NANOS;
    }

    /** One look at all threads; a period has passed since the last. */
    void look() {
        long now = tick + 1;
        tick = now;
        for (CallSlot slot : slots) {
            PluginGuard guard = slot.calling();
            long since = slot.sinceTick();
            if (guard != null && now - since > stuckTicks && slot.reportedTick != since) {
                slot.reportedTick = since;
                guard.stuck(slot.thread());
            }
        }
    }

    /** Which threads are inside hooks of this plugin, {@code thread in plugin/hook} each. */
    List<String> callsInto(String pluginId) {
        List<String> calls = new ArrayList<>();
        for (CallSlot slot : slots) {
            PluginGuard guard = slot.calling();
            if (guard != null && guard.owner().pluginId().equals(pluginId)) {
                calls.add(slot.thread().getName() + " in " + guard.name());
            }
        }
        return calls;
    }

    @Override
    public synchronized void close() {
        AgentThread running = thread;
        thread = null;
        if (running != null) {
            running.close();
        }
    }
}
