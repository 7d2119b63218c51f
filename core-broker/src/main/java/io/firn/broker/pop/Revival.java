package io.firn.broker.pop;

import io.firn.broker.queue.QueueLog;
import io.firn.broker.queue.ReadOutcome;
import io.firn.broker.queue.ReadRequest;
import io.firn.broker.queue.SourceRead;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.record.RecordView;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the messages of one batch again that were not acknowledged in time, one after the other. What is gone from its
 * queue, or refused for good, is left out; what can not be read or stored now is tried again later. Runs on
 * {@code firn-pop}.
 */
final class Revival {

    private static final Logger LOG = LoggerFactory.getLogger(Revival.class);

    private static final long RETRY_MS = 5_000;

    private final PopQueue queue;
    private final Batch batch;
    private final String retryTopic;
    private final Means means;
    private final RecordView view = new RecordView();
    private int index;

    /**
     * What it works with.
     *
     * @param queues where the messages are
     * @param outlet where they go
     * @param here runs what goes on after a wait
     */
    record Means(QueueLog queues, Outlet outlet, Executor here, Clock clock, PopMetrics metrics) {}

    Revival(PopQueue queue, Batch batch, String retryTopic, Means means) {
        this.queue = queue;
        this.batch = batch;
        this.retryTopic = retryTopic;
        this.means = means;
    }

    /** Begins, unless another has begun with this batch, or ended it, meanwhile. */
    void begin() {
        if (queue.begin(batch)) {
            goOn();
        }
    }

    /** What ends this is told to the queue: a batch that nobody is at is tried again. */
    private void goOn() {
        boolean told = false;
        try {
            run();
            told = true;
        } catch (StorageException | BusyException | RequestException | IllegalArgumentException e) {
            failed(e);
            told = true;
        } finally {
            if (!told) {
                queue.failed(batch, means.clock.millis() + RETRY_MS);
            }
        }
    }

    /** Goes on until there is nothing left or something has to be waited for. */
    private void run() {
        boolean goesOn = true;
        while (goesOn && index < batch.count()) {
            if (batch.isAcked(index)) {
                index++;
            } else {
                goesOn = isSettled(read(batch.offset(index)));
            }
        }
        if (goesOn) {
            queue.revived(batch);
        }
    }

    private ReadOutcome read(long offset) {
        return means.queues.read(request(offset));
    }

    private ReadRequest request(long offset) {
        return new ReadRequest(queue.topic, queue.queueId, offset, 1, 0, RecordFilter.ALL);
    }

    /** Whether one can go on with the next message. */
    private boolean isSettled(ReadOutcome outcome) {
        return switch (outcome) {
            case ReadOutcome.Found found -> isStored(found);
            case ReadOutcome.Elsewhere _ -> {
                SourceRead read = SourceRead.of(queue.group, request(batch.offset(index)));
                resume(means.queues.readElsewhere(read).outcome().thenApplyAsync(this::isSettled, means.here));
                yield false;
            }
            case ReadOutcome.TryAgain _ -> throw new BusyException("old messages can not be read now");
            case ReadOutcome.Filtered _,
                    ReadOutcome.AtEnd _,
                    ReadOutcome.OutOfRange _,
                    ReadOutcome.Empty _,
                    ReadOutcome.NoQueue _ -> left("it is not in its queue any more");
        };
    }

    private boolean isStored(ReadOutcome.Found found) {
        CompletableFuture<Long> storing;
        try (var slices = found.slices()) {
            MemorySegment memory = MemorySegment.ofBuffer(slices.slice(0));
            view.wrap(memory, 0, memory.byteSize());
            if (view.queueOffset() != batch.offset(index)) {
                return left("it is not in its queue any more");
            }
            storing = means.outlet.store(ComingAgain.of(view, retryTopic, queue.group, batch.key.popTimeMs()));
        } catch (RequestException | IllegalArgumentException e) {
            if (isForGood(e)) {
                return left(String.valueOf(e.getMessage()));
            }
            throw e;
        }
        if (storing.isDone() && !storing.isCompletedExceptionally()) {
            return stored(storing.resultNow());
        }
        resume(storing.thenApplyAsync(this::stored, means.here));
        return false;
    }

    private boolean stored(long to) {
        means.metrics.revived.increment();
        queue.settled(batch, index, to);
        index++;
        return true;
    }

    private boolean left(String why) {
        LOG.warn(
                "message {} of queue {} of topic {}, popped by {}, does not come again: {}",
                batch.offset(index),
                queue.queueId,
                queue.topic,
                queue.group,
                why);
        means.metrics.lost.increment();
        queue.settled(batch, index, 0);
        index++;
        return true;
    }

    private void resume(CompletableFuture<Boolean> step) {
        var _ = step.whenComplete((goesOn, failure) -> means.here.execute(() -> {
            Throwable cause = failure == null || failure.getCause() == null ? failure : failure.getCause();
            if (cause == null) {
                if (goesOn) {
                    goOn();
                }
            } else if (isForGood(cause)) {
                left(String.valueOf(cause.getMessage()));
                goOn();
            } else {
                failed(cause);
            }
        }));
    }

    private static boolean isForGood(@Nullable Throwable cause) {
        return cause instanceof IllegalArgumentException
                || (cause instanceof RequestException refused
                        && (refused.code() == ResponseCode.MESSAGE_ILLEGAL
                                || refused.code() == ResponseCode.NO_PERMISSION));
    }

    private void failed(Throwable cause) {
        LOG.warn(
                "popped messages of topic {} do not come again to group {} now, it is tried again",
                queue.topic,
                queue.group,
                cause);
        queue.failed(batch, means.clock.millis() + RETRY_MS);
    }
}
