package io.firn.broker.delay;

import io.firn.broker.log.LogSlice;
import io.firn.broker.queue.EntryVisitor;
import io.firn.broker.queue.OffsetRange;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.topic.TopicName;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue of one level, whose messages are due in their order, and how far they were delivered. One is delivered at a
 * time, and the next when it is in the log: nothing is passed over that could not be stored. Owner: the timer's thread;
 * any thread may read {@link #next()}.
 */
final class Lane implements EntryVisitor {

    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    /** Deliveries before other levels have their turn. */
    private static final int BATCH = 256;

    private static final long RETRY_NANOS = 1_000_000_000L;
    /** A message that seems to be due later than its level allows was stored under another clock: it goes at once. */
    private static final long CLOCK_SLACK_MS = 60_000;

    private static final long NEVER = Long.MAX_VALUE;

    private final int queueId;
    private final long delayMs;
    private final Stores stores;
    private final Outlet outlet;
    private final RecordView view = new RecordView();

    private volatile long next;
    private @Nullable TailWatch watch;
    /** The delivery of the message at {@link #next} that is under way. */
    private @Nullable CompletableFuture<Long> pending;

    /** When the message at {@link #next} is due, ms since the epoch; as far as it is known. */
    private long dueMs = NEVER;

    /** Whether the last step failed; what there is to do now is done again, and only after a pause. */
    private boolean stuck;

    private long stuckSinceNanos;
    /** Log position behind the last message delivered. */
    private long deliveredTo;

    private long nowMs;
    private int delivered;
    private boolean stopped;

    /** What all lanes use. */
    record Outlet(Delivery delivery, Clock clock, DelayMetrics metrics, Runnable waker) {}

    /**
     * The lane of a level.
     *
     * @param queueId level − 1
     * @param next the first message that was not delivered yet
     */
    Lane(int queueId, long delayMs, long next, Stores stores, Outlet outlet) {
        this.queueId = queueId;
        this.delayMs = delayMs;
        this.next = next;
        this.stores = stores;
        this.outlet = outlet;
    }

    /** Offset of the first message that was not delivered yet. */
    long next() {
        return next;
    }

    /** Log position behind the last message delivered; 0 when none was. */
    long deliveredTo() {
        return deliveredTo;
    }

    /** Delivers what is due and returns how many messages it got past. */
    int advance() {
        delivered = 0;
        if (!isFree()) {
            return delivered;
        }
        dueMs = NEVER;
        OffsetRange range = stores.queues().range(TopicName.SCHEDULE, queueId);
        long from = Math.clamp(next, range.min(), range.max());
        next = from;
        if (from == range.max()) {
            watchTail(from);
            return delivered;
        }
        nowMs = outlet.clock.millis();
        stopped = false;
        try {
            stores.queues().visit(TopicName.SCHEDULE, queueId, new OffsetRange(from, range.max()), this);
        } catch (StorageException e) {
            failed(e);
        }
        if (!stopped) {
            // entries that stand for nothing may end a queue
            next = range.max();
            watchTail(range.max());
        }
        return delivered;
    }

    /** Whether nothing is under way here; takes note of what is not any more. */
    private boolean isFree() {
        CompletableFuture<Long> running = pending;
        if (running != null) {
            if (!running.isDone()) {
                return false;
            }
            pending = null;
            if (isSettled(running)) {
                long done = next;
                next = done + 1;
                delivered++;
            }
        }
        return !stuck || outlet.clock.nanos() - stuckSinceNanos >= RETRY_NANOS;
    }

    private void watchTail(long offset) {
        TailWatch present = watch;
        long now = outlet.clock.nanos();
        if (present == null || present.isOver(now)) {
            TailWatch fresh = new TailWatch(queueId, offset, now, outlet.waker);
            try {
                stores.polls().park(fresh);
            } catch (BusyException e) {
                failed(e);
                return;
            }
            watch = fresh;
        }
        stuck = false;
    }

    @Override
    public boolean see(long offset, long position, int size, long tagsCode) {
        next = offset;
        if (tagsCode > nowMs && tagsCode <= nowMs + delayMs + CLOCK_SLACK_MS) {
            dueMs = tagsCode;
            stuck = false;
            stopped = true;
        } else if (isPast(position, size)) {
            next = offset + 1;
            delivered++;
            stopped = delivered >= BATCH;
        } else {
            stopped = true;
        }
        return !stopped;
    }

    /** Delivers the message at this place; false when it is not done with, and the lane has to wait. */
    private boolean isPast(long position, int size) {
        try (LogSlice slice = stores.log().slice(position, size)) {
            if (slice == null) {
                if (position >= stores.log().minPosition()) {
                    throw new StorageException("nothing can be read at " + position + " of the commit log");
                }
                return isDropped(position, "it is not in the log any more");
            }
            if (view.wrap(slice.memory(), 0, slice.size()).inspect(position, Verify.LENGTHS) != RecordStatus.OK) {
                throw new StorageException("there is no record at " + position + " of the commit log");
            }
            DueMessage message = DueMessage.of(view);
            if (message == null || message.topic().equals(TopicName.SCHEDULE)) {
                return isDropped(position, "it does not say which queue it is for");
            }
            return isDelivered(message);
        } catch (StorageException | BusyException | RequestException | IllegalArgumentException e) {
            return isSettledBy(position, e);
        }
    }

    private boolean isDelivered(DueMessage message) {
        CompletableFuture<Long> storing = outlet.delivery.deliver(message);
        if (storing.isDone()) {
            return isSettled(storing);
        }
        pending = storing;
        var _ = storing.whenComplete((end, failure) -> outlet.waker.run());
        return false;
    }

    /** Whether this ended, well or not, the message's waiting. */
    private boolean isSettled(CompletableFuture<Long> stored) {
        if (stored.isCompletedExceptionally()) {
            return isSettledBy(next, stored.exceptionNow());
        }
        stuck = false;
        deliveredTo = Math.max(deliveredTo, stored.resultNow());
        outlet.metrics.delivered.increment();
        return true;
    }

    /** What is refused for good is dropped, all else is tried again. */
    private boolean isSettledBy(long place, Throwable cause) {
        boolean refused = cause instanceof IllegalArgumentException
                || (cause instanceof RequestException request
                        && (request.code() == ResponseCode.MESSAGE_ILLEGAL
                                || request.code() == ResponseCode.NO_PERMISSION));
        if (refused) {
            return isDropped(place, String.valueOf(cause.getMessage()));
        }
        failed(cause);
        return false;
    }

    private boolean isDropped(long place, String reason) {
        LOG.error("the delayed message of level {} at {} is dropped: {}", queueId + 1, place, reason);
        outlet.metrics.dropped.increment();
        stuck = false;
        return true;
    }

    /** Told once, tried again every second. */
    private void failed(Throwable cause) {
        if (!stuck) {
            LOG.warn("delayed messages of level {} wait at {}", queueId + 1, next, cause);
        }
        outlet.metrics.failures.increment();
        stuck = true;
        stuckSinceNanos = outlet.clock.nanos();
        stopped = true;
    }

    /** How long nothing has to be done here, unless something arrives; {@link Long#MAX_VALUE} for ever. */
    long idleNanos() {
        if (pending != null) {
            return NEVER;
        }
        if (stuck) {
            return Math.max(0, RETRY_NANOS - (outlet.clock.nanos() - stuckSinceNanos));
        }
        return dueMs == NEVER ? NEVER : Math.max(0, dueMs - outlet.clock.millis()) * 1_000_000L;
    }
}
