package io.firn.broker.transaction;

/**
 * One half message that has not ended. Place and source never change; the rest belongs to whoever holds the monitor of
 * its {@link HalfTable}.
 */
final class HalfMessage {

    static final long NONE = -1;

    /** What is going on with it. */
    enum State {
        /** Waits for its producer. */
        OPEN,
        /** Somebody is ending it. */
        ENDING,
        ENDED
    }

    private final long offset;
    private final long position;
    private final long copyOf;
    private final long resumedFrom;

    State state = State.OPEN;
    int checks;
    /** Monotonic time of the next check. */
    long dueNanos;

    private HalfMessage(long offset, long position, long copyOf, long resumedFrom) {
        this.offset = offset;
        this.position = position;
        this.copyOf = copyOf;
        this.resumedFrom = resumedFrom;
    }

    /** At this offset of the half queue and this position of the log. */
    static HalfMessage at(long offset, long position) {
        return new HalfMessage(offset, position, NONE, NONE);
    }

    /** One that RocketMQ stored again: it ends when the first one, at offset {@code first}, does. */
    static HalfMessage copyAt(long offset, long position, long first) {
        return new HalfMessage(offset, position, first, NONE);
    }

    /** One that was given up and begins again; {@code exhausted} is where it lay meanwhile. */
    static HalfMessage resumedAt(long offset, long position, long exhausted) {
        return new HalfMessage(offset, position, NONE, exhausted);
    }

    long offset() {
        return offset;
    }

    long position() {
        return position;
    }

    /** Offset of the first one, {@link #NONE} when this is it. */
    long copyOf() {
        return copyOf;
    }

    /** Log position of the record it was resumed from, {@link #NONE} when it was not. */
    long resumedFrom() {
        return resumedFrom;
    }
}
