package io.firn.broker.server;

import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The {@code firn-io-n} threads and what each of them shares: transport, buffers, metrics. One per process, used by
 * every {@link RemotingServer} and {@link RemotingClient} in it; close those first.
 */
public final class IoThreads implements AutoCloseable {

    private static final int PAGE_BYTES = 8192;
    /** 8 KiB &lt;&lt; 7 = 1 MiB chunks: an idle broker should not hold megabytes per thread for nothing. */
    private static final int CHUNK_ORDER = 7;

    private static final long CLOSE_MS = 300;
    private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

    private final MultiThreadIoEventLoopGroup group;
    private final Transport transport;
    private final PooledByteBufAllocator allocator;
    private final Clock clock;
    private final ServerMetrics metrics;
    private final LogLimit alarms;
    private final Map<EventExecutor, IoLoop> loops = new HashMap<>();

    private IoThreads(IoConfig config, Clock clock, Metrics metrics) {
        int threads = config.resolvedThreads();
        this.transport = config.transport().resolved();
        this.group = new MultiThreadIoEventLoopGroup(threads, named(), transport.handlers());
        this.allocator = new PooledByteBufAllocator(
                true,
                0,
                threads,
                PAGE_BYTES,
                CHUNK_ORDER,
                PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(),
                false);
        this.clock = clock;
        this.metrics = new ServerMetrics(metrics, allocator);
        this.alarms = new LogLimit(clock, LOG_INTERVAL);
        for (EventExecutor loop : group) {
            loops.put(loop, new IoLoop((EventLoop) loop, clock, config.sweepInterval()));
        }
    }

    /** The threads start with their first connection. */
    public static IoThreads open(IoConfig config, Clock clock, Metrics metrics) {
        return new IoThreads(config, clock, metrics);
    }

    /** Ends the threads, without a quiet period; whatever is still connected is cut off. */
    @Override
    public void close() {
        boolean ended = group.shutdownGracefully(0, CLOSE_MS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(2 * CLOSE_MS, TimeUnit.MILLISECONDS);
        if (!ended) {
            throw new IllegalStateException("io threads did not end within " + 2 * CLOSE_MS + " ms");
        }
    }

    MultiThreadIoEventLoopGroup group() {
        return group;
    }

    Transport transport() {
        return transport;
    }

    PooledByteBufAllocator allocator() {
        return allocator;
    }

    Clock clock() {
        return clock;
    }

    ServerMetrics metrics() {
        return metrics;
    }

    /** Limits log lines about misbehaving peers, together over all connections. */
    LogLimit alarms() {
        return alarms;
    }

    /** What the io thread of this registered channel shares among its connections. */
    IoLoop loopOf(Channel channel) {
        IoLoop loop = loops.get(channel.eventLoop());
        if (loop == null) {
            throw new IllegalStateException(channel + " is not served by these io threads");
        }
        return loop;
    }

    private static ThreadFactory named() {
        AtomicInteger count = new AtomicInteger();
        return task -> new FastThreadLocalThread(null, task, "firn-io-" + count.incrementAndGet());
    }
}
