package io.firn.broker.server;

import io.firn.broker.runtime.Clock;
import io.firn.broker.wire.FrameWriter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one io thread, which owns every field here. One timer per thread looks for idle connections; it
 * runs only while there are any, so 10,000 idle connections cost one pass over a list per sweep and no timer each.
 */
final class IoLoop {

    private final EventLoop eventLoop;
    private final Clock clock;
    private final long sweepNanos;
    private final FrameWriter frames = new FrameWriter();
    private final List<ChannelConnection> connections = new ArrayList<>();
    private @Nullable ScheduledFuture<?> sweep;

    IoLoop(EventLoop eventLoop, Clock clock, Duration sweepInterval) {
        this.eventLoop = eventLoop;
        this.clock = clock;
        this.sweepNanos = sweepInterval.toNanos();
    }

    /** Writes the heads of this thread's frames. */
    FrameWriter frames() {
        return frames;
    }

    /** Starts to watch a connection of this thread. */
    void add(ChannelConnection connection) {
        assert eventLoop.inEventLoop();
        connection.idle().placedAt(connections.size());
        connection.idle().start(clock.nanos());
        connections.add(connection);
        if (sweep == null) {
            sweep = eventLoop.scheduleWithFixedDelay(this::sweep, sweepNanos, sweepNanos, TimeUnit.NANOSECONDS);
        }
    }

    /** Forgets a closed connection: the last one takes its place. */
    void remove(ChannelConnection connection) {
        assert eventLoop.inEventLoop();
        int place = connection.idle().place();
        ChannelConnection last = connections.removeLast();
        if (last != connection) {
            connections.set(place, last);
            last.idle().placedAt(place);
        }
        if (connections.isEmpty() && sweep != null) {
            sweep.cancel(false);
            sweep = null;
        }
    }

    private void sweep() {
        long now = clock.nanos();
        // from the end: a connection closed here is replaced by one that was already looked at
        for (int i = connections.size() - 1; i >= 0; i--) {
            connections.get(i).closeWhenIdle(now);
        }
    }
}
