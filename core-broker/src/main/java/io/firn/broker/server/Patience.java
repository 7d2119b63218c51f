package io.firn.broker.server;

import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.WorkerPool;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long requests may wait: for a thread of a pool, or behind a client that does not take its answers. One that waited
 * longer is refused instead of served, for its client gives up soon, if it has not yet. Most requests never wait and cost
 * nothing here. Limits are added at wiring; then any thread.
 */
public final class Patience {

    /** Waits for ever. */
    static final Patience ENDLESS = new Patience(Clock.system(), new Metrics.Count());

    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final Clock clock;
    private final Metrics.Count stale;
    private final Map<Integer, Duration> byCode = new HashMap<>();
    private final Map<Executor, Duration> byPool = new HashMap<>();

    private Patience(Clock clock, Metrics.Count stale) {
        this.clock = clock;
        this.stale = stale;
    }

    /** Waits for ever until limits are added. */
    public static Patience open(Clock clock, Metrics metrics) {
        return new Patience(
                clock,
                metrics.counter(
                        "firn_server_stale_requests_total", "Requests refused because they waited for too long."));
    }

    /** Limits requests of these codes. */
    public Patience limit(Duration longest, int... codes) {
        for (int code : codes) {
            byCode.put(code, longest);
        }
        return this;
    }

    /** Limits all requests that a pool serves and whose code has no limit of its own. */
    public Patience limit(Duration longest, Executor pool) {
        byPool.put(pool, longest);
        return this;
    }

    long limitNanos(int code, @Nullable Executor pool) {
        Duration limit = byCode.get(code);
        Duration ofPool = limit == null && pool != null ? byPool.get(pool) : limit;
        return ofPool == null ? NO_LIMIT : ofPool.toNanos();
    }

    /** Gives a request to a pool, which serves it if it gets to it in time, else refuses it. */
    public void give(Executor pool, int code, Responder responder, Runnable serve) {
        give(pool, limitNanos(code, pool), responder, serve);
    }

    void give(Executor pool, long limitNanos, Responder responder, Runnable serve) {
        if (limitNanos == NO_LIMIT) {
            pool.execute(serve);
            return;
        }
        long since = clock.nanos();
        pool.execute(() -> {
            long waited = clock.nanos() - since;
            if (waited > limitNanos) {
                responder.fail(stale(waited, pool instanceof WorkerPool workers ? workers.waiting() : 0));
            } else {
                serve.run();
            }
        });
    }

    /** What is told to a client whose request waited for so long, with so many behind it. */
    BusyException stale(long waitedNanos, int behind) {
        stale.increment();
        return new BusyException(
                BusyException.Why.WAITED,
                "period in queue: " + TimeUnit.NANOSECONDS.toMillis(waitedNanos) + "ms, size of queue: " + behind);
    }
}
