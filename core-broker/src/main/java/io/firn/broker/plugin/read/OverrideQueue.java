package io.firn.broker.plugin.read;

import io.firn.broker.runtime.BusyException;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.topic.QueueRef;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One queue a plugin replaces: its reader is opened when it is first needed, on the plugin's threads, and again after a
 * growing pause when that failed. Reads wait for it without a thread. Any thread; owner of all state: this object's lock.
 */
final class OverrideQueue {

    private static final Logger LOG = LoggerFactory.getLogger(OverrideQueue.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    private final ReadEngine engine;
    private final QueueClaim claim;
    private final QueueRef queue;
    private final BaseQueue base;

    private @Nullable CompletableFuture<Opened> opening;
    private Duration pause = FIRST_PAUSE;
    private long failedNanos;
    private boolean closed;
    /** Calls of the reader under way. */
    private int using;
    /** The reader that has to be closed some day. */
    private @Nullable Opened open;

    private boolean closing;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /**
     * A reader that works.
     *
     * @param floor no message of the queue gets a lower offset
     */
    record Opened(QueueReader reader, long floor) {}

    OverrideQueue(ReadEngine engine, QueueClaim claim, QueueRef queue, BaseQueue base) {
        this.engine = engine;
        this.claim = claim;
        this.queue = queue;
        this.base = base;
    }

    ReadGuard guard() {
        return claim.guard();
    }

    /** The reader; opened when it is not. Fails with what stopped it until the next attempt is due. */
    CompletableFuture<Opened> reader() {
        CompletableFuture<Opened> started;
        synchronized (this) {
            CompletableFuture<Opened> known = opening;
            if (closed) {
                return CompletableFuture.failedFuture(offline("is stopped"));
            }
            boolean again = known != null
                    && known.isCompletedExceptionally()
                    && engine.clock().nanos() - failedNanos >= pause.toNanos();
            if (known != null && !again) {
                return known;
            }
            if (again) {
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
            started = new CompletableFuture<>();
            opening = started;
        }
        begin(started);
        return started;
    }

    private void begin(CompletableFuture<Opened> started) {
        var _ = claim.guard().call(this::open).whenComplete((opened, failure) -> {
            if (failure == null) {
                opened(started, opened);
            } else {
                synchronized (this) {
                    failedNanos = engine.clock().nanos();
                }
                started.completeExceptionally(failure);
                closeWhenUnused();
            }
        });
    }

    private void opened(CompletableFuture<Opened> started, Opened opened) {
        boolean late;
        synchronized (this) {
            open = opened;
            late = closed;
            pause = FIRST_PAUSE;
        }
        if (late) {
            started.completeExceptionally(offline("is stopped"));
        } else {
            started.complete(opened);
        }
        closeWhenUnused();
    }

    private Opened open() {
        QueueReader reader;
        try {
            reader = claim.factory().open(queue, base);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("queue " + queue + " can not be opened: " + e, e);
        }
        if (reader == null) {
            throw new IllegalStateException("the factory gave no reader for queue " + queue);
        }
        long floor = reader.nextOffsetFloor();
        LOG.info(
                "queue {} is read through {}, its offsets go on at {} or above",
                queue,
                claim.guard().name(),
                floor);
        return new Opened(reader, floor);
    }

    private RequestException offline(String why) {
        return new RequestException(
                ResponseCode.SYSTEM_ERROR,
                "queue " + queue + " is offline: " + claim.guard().name() + " " + why);
    }

    /**
     * The lowest offset that is free.
     *
     * @throws BusyException when the reader is being opened
     * @throws RequestException when it can not be opened: nothing may be added
     */
    long floor() {
        CompletableFuture<Opened> known = reader();
        if (!known.isDone()) {
            throw new BusyException(
                    "queue " + queue + " is being opened by " + claim.guard().name());
        }
        if (known.isCompletedExceptionally()) {
            throw offline("can not open it: " + known.exceptionNow().getMessage());
        }
        return known.resultNow().floor();
    }

    /** Asks the reader something, once it is open; it is not closed meanwhile. */
    <T> CompletableFuture<T> use(Function<QueueReader, ? extends CompletionStage<T>> question) {
        return reader().thenCompose(opened -> {
            synchronized (this) {
                if (closed) {
                    return CompletableFuture.failedFuture(offline("is stopped"));
                }
                using++;
            }
            CompletableFuture<T> answer = claim.guard().callStage(() -> question.apply(opened.reader()));
            var _ = answer.whenComplete((value, failure) -> used());
            return answer;
        });
    }

    private void used() {
        synchronized (this) {
            using--;
        }
        closeWhenUnused();
    }

    /** Closes the reader on the plugin's threads, once the reads under way there are over; completes when that is done. */
    CompletableFuture<Void> close() {
        synchronized (this) {
            closed = true;
        }
        closeWhenUnused();
        return ended;
    }

    private void closeWhenUnused() {
        Opened last;
        synchronized (this) {
            CompletableFuture<Opened> known = opening;
            boolean opens = open == null && known != null && !known.isDone();
            if (!closed || closing || using > 0 || opens) {
                return;
            }
            closing = true;
            last = open;
        }
        if (last == null) {
            ended.complete(null);
        } else {
            closeReader(last);
        }
    }

    private void closeReader(Opened opened) {
        var done = claim.guard().last(() -> {
            try {
                opened.reader().close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("the reader of queue " + queue + " can not be closed: " + e, e);
            } finally {
                base.close();
            }
            return true;
        });
        var _ = done.whenComplete((closedWell, failure) -> ended.complete(null));
    }
}
