package io.firn.broker.timer;

import io.firn.broker.record.MessageSource;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what is due, one message at a time: nothing is passed over that could not be stored, unless it is refused for good.
 * A message that is not done with is shown again, by the same place. Owner: the wheel's thread.
 */
final class Outlet {

    private static final Logger LOG = LoggerFactory.getLogger(Outlet.class);
    private static final long RETRY_NANOS = 1_000_000_000L;

    private final Appends appends;
    private final Clock clock;
    private final TimerMetrics metrics;
    private final Runnable waker;

    /** What is under way, and whose. */
    private @Nullable CompletableFuture<Long> pending;

    private long pendingPlace;
    /** Messages that became done with while others waited for that. */
    private final Set<Long> settled = new HashSet<>();

    /** Whether the last step failed; what there is to do is done again, and only after a pause. */
    private boolean stuck;

    private long stuckSinceNanos;
    /** Log position behind what was stored last. */
    private long reached;

    Outlet(Appends appends, Clock clock, TimerMetrics metrics, Runnable waker) {
        this.appends = appends;
        this.clock = clock;
        this.metrics = metrics;
        this.waker = waker;
    }

    /** Whether something can be stored now. */
    boolean isFree() {
        CompletableFuture<Long> running = pending;
        if (running != null) {
            if (!running.isDone()) {
                return false;
            }
            pending = null;
            if (isSettled(running, pendingPlace, metrics.delivered)) {
                settled.add(pendingPlace);
            }
        }
        return !stuck || clock.nanos() - stuckSinceNanos >= RETRY_NANOS;
    }

    /** How long nothing can be done here; 0 when something can, {@link Long#MAX_VALUE} while somebody else works. */
    long idleNanos() {
        if (pending != null) {
            return Long.MAX_VALUE;
        }
        return stuck ? Math.max(0, RETRY_NANOS - (clock.nanos() - stuckSinceNanos)) : 0;
    }

    /** Log position behind what was stored last; 0 when nothing was. */
    long reached() {
        return reached;
    }

    /**
     * Stores a message in its own queue.
     *
     * @param place log position of its record
     * @return whether it is done with
     */
    boolean deliver(MessageSource message, long place) {
        if (!settled.isEmpty() && settled.remove(place)) {
            return true;
        }
        return attempt(place, () -> appends.deliver(message), metrics.delivered);
    }

    /** Stores a record of the room's own; returns whether it is done with. */
    boolean store(MessageSource message, long place) {
        return attempt(place, () -> CompletableFuture.completedFuture(appends.own(message) + 1), metrics.rolled);
    }

    /** Something went wrong: told once, and tried again every second. */
    void failed(Throwable cause) {
        if (!stuck) {
            LOG.warn("timed messages wait", cause);
        }
        metrics.failures.increment();
        stuck = true;
        stuckSinceNanos = clock.nanos();
    }

    /** A message is of no use. */
    void drop(long place, String reason) {
        LOG.error("the timed message at {} is dropped: {}", place, reason);
        metrics.dropped.increment();
        stuck = false;
    }

    private boolean attempt(long place, Supplier<CompletableFuture<Long>> step, Metrics.Count count) {
        CompletableFuture<Long> storing;
        try {
            storing = step.get();
        } catch (StorageException | BusyException | RequestException | IllegalArgumentException e) {
            return isSettledBy(place, e);
        }
        if (storing.isDone()) {
            return isSettled(storing, place, count);
        }
        pending = storing;
        pendingPlace = place;
        var _ = storing.whenComplete((end, failure) -> waker.run());
        return false;
    }

    private boolean isSettled(CompletableFuture<Long> stored, long place, Metrics.Count count) {
        if (stored.isCompletedExceptionally()) {
            return isSettledBy(place, stored.exceptionNow());
        }
        stuck = false;
        count.increment();
        reached = Math.max(reached, stored.resultNow());
        return true;
    }

    /** What is refused for good is dropped, all else is tried again. */
    private boolean isSettledBy(long place, Throwable cause) {
        boolean refused = cause instanceof IllegalArgumentException
                || (cause instanceof RequestException request
                        && (request.code() == ResponseCode.MESSAGE_ILLEGAL
                                || request.code() == ResponseCode.NO_PERMISSION));
        if (refused) {
            drop(place, String.valueOf(cause.getMessage()));
        } else {
            failed(cause);
        }
        return refused;
    }
}
