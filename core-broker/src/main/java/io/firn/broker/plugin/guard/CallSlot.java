package io.firn.broker.plugin.guard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What one thread is calling just now, for {@link StuckWatch}. On cache lines of its own: its owner writes it twice per
 * call. Owner of all fields but {@link #reportedTick}: the thread.
 */
public final class CallSlot extends CallSlotEnd {

    private static final VarHandle CALLING;
    private static final VarHandle SINCE;

    static {
        try {
            CALLING = MethodHandles.lookup().findVarHandle(CallSlotFields.class, "calling", PluginGuard.class);
            SINCE = MethodHandles.lookup().findVarHandle(CallSlotFields.class, "sinceTick", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int SAMPLE_MASK = 1023;

    private final StuckWatch watch;
    private final Thread thread;

    CallSlot(StuckWatch watch, Thread thread) {
        this.watch = watch;
        this.thread = thread;
    }

    /** Begins a chain of calls; true when their time is to be taken: each 1024th, and the first of each watch period. */
    public boolean beginChain() {
        long tick = watch.tick();
        if ((++runs & SAMPLE_MASK) == 0 || tick != sampledTick) {
            sampledTick = tick;
            return true;
        }
        return false;
    }

    /** The thread is about to call the guarded code. */
    public void enter(PluginGuard guard) {
        SINCE.setOpaque(this, watch.tick());
        CALLING.setRelease(this, guard);
    }

    /** The call came back. */
    public void leave() {
        CALLING.setRelease(this, null);
    }

    /** For the watch: what is being called; null when nothing is. */
    @Nullable
    PluginGuard calling() {
        return (PluginGuard) CALLING.getAcquire(this);
    }

    long sinceTick() {
        return (long) SINCE.getOpaque(this);
    }

    Thread thread() {
        return thread;
    }
}

/** Padding before the fields. */
abstract class CallSlotStart {
    long p0;
    long p1;
    long p2;
    long p3;
    long p4;
    long p5;
    long p6;
    long p7;
}

/** What is written for each call. */
abstract class CallSlotFields extends CallSlotStart {
    @Nullable
    PluginGuard calling;

    long sinceTick;
    int runs;
    long sampledTick;
    /** Owner: the watch. The call that was reported began in this tick. */
    long reportedTick = -1;
}

/** Padding behind the fields. */
abstract class CallSlotEnd extends CallSlotFields {
    long q0;
    long q1;
    long q2;
    long q3;
    long q4;
    long q5;
    long q6;
    long q7;
}
