package io.firn.broker.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A {@link ReadablePosition} with its one writer. Publishing is a full volatile store, so a writer that publishes and
 * then wakes a parked reader can not lose the wake-up.
 */
public final class Position implements ReadablePosition {

    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(Position.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Written by the position's one owner, under its own rules. */
    private long value;

    /** Starts at {@code initial} bytes. */
    public Position(long initial) {
        this.value = initial;
    }

    @Override
    public long get() {
        return (long) VALUE.getVolatile(this);
    }

    /**
     * Publishes a new position. Called by the owner only; a value below the current one is a bug in the owner.
     *
     * @param next bytes from the start of the log, not below {@link #get()}
     */
    public void publish(long next) {
        assert next >= (long) VALUE.getOpaque(this) : "position went back from " + get() + " to " + next;
        VALUE.setVolatile(this, next);
    }

    @Override
    public String toString() {
        return Long.toString(get());
    }
}
