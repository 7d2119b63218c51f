package io.firn.broker.plugin.read;

import io.firn.broker.queue.OffsetRange;
import io.firn.broker.queue.ReadOutcome;
import io.firn.broker.queue.ReadOutcome.Side;
import io.firn.broker.queue.RecordSlices;
import io.firn.broker.queue.SourceRead;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.queue.ReadRequest;
import io.firn.spi.queue.ReadResult;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One read of a queue that a plugin replaces. A plugin that fails is answered SYSTEM_ERROR; one that needs io and does not
 * get it in time, {@link ReadOutcome.TryAgain}. Answered once. Any thread.
 */
final class OverridePull {

    private final ReadEngine engine;
    private final OverrideQueue queue;
    private final SourceRead read;
    private final CompletableFuture<ReadOutcome> outcome = new CompletableFuture<>();

    /** Set when the plugin said it needs io. */
    private volatile boolean later;

    OverridePull(ReadEngine engine, OverrideQueue queue, SourceRead read) {
        this.engine = engine;
        this.queue = queue;
        this.read = read;
    }

    /** What a plugin's queue has. */
    static OffsetRange rangeOf(QueueReader reader) {
        long max = reader.maxOffset();
        long min = reader.minOffset();
        if (min < 0 || max < min) {
            throw new BadFramesException("says its queue reaches from " + min + " to " + max);
        }
        return new OffsetRange(min, max);
    }

    CompletableFuture<ReadOutcome> outcome() {
        return outcome;
    }

    CompletableFuture<ReadOutcome> start() {
        engine.metrics().overrideReads.increment();
        Runnable forget = engine.timer().after(engine.config().timeout(), this::late);
        var _ = outcome.whenComplete((done, failure) -> forget.run());
        var _ = queue.use(this::ask).whenComplete((given, failure) -> {
            if (given != null) {
                given.accept();
            } else if (failure != null) {
                fail(failure);
            }
        });
        return outcome;
    }

    /** A result and what the queue had then. */
    private final class Given {

        private final ReadResult result;
        private final OffsetRange range;

        Given(ReadResult result, OffsetRange range) {
            this.result = result;
            this.range = range;
        }

        void accept() {
            try {
                answer(result, range);
            } catch (RuntimeException e) { // bad frames, or a batch whose own methods fail
                fail(queue.guard().failed(e));
            }
        }
    }

    /** On a thread of the plugin. */
    private CompletionStage<Given> ask(QueueReader reader) {
        io.firn.broker.queue.ReadRequest request = read.request();
        OffsetRange range = rangeOf(reader);
        ReadResult result = reader.read(new ReadRequest(
                request.offset(),
                request.maxMessages(),
                request.maxBytes(),
                new FilterView(request.filter()),
                read.fields()));
        if (!(result instanceof ReadResult.Later more)) {
            return CompletableFuture.completedFuture(new Given(result, range));
        }
        later = true;
        return more.result().thenApply(io -> new Given(io, range));
    }

    private void answer(ReadResult result, OffsetRange range) {
        long offset = read.request().offset();
        switch (result) {
            case ReadResult.Found found -> found(found, range);
            case ReadResult.Skipped skipped -> {
                if (skipped.nextOffset() <= offset) {
                    throw new BadFramesException(
                            "skips to offset " + skipped.nextOffset() + ", which is not above " + offset);
                }
                outcome.complete(new ReadOutcome.Filtered(skipped.nextOffset(), range.min(), range.max()));
            }
            case ReadResult.AtEnd end ->
                outcome.complete(new ReadOutcome.AtEnd(end.offset(), range.min(), range.max()));
            case ReadResult.OutOfRange moved -> outcome.complete(moved(moved.nextOffset(), range));
            case ReadResult.Later _ -> throw new BadFramesException("answers a later read with another one");
        }
    }

    /** Upwards is one jump over a gap, never an offset to be reset: clients would drop the queue. */
    private ReadOutcome moved(long next, OffsetRange range) {
        return next > read.request().offset()
                ? new ReadOutcome.Filtered(next, range.min(), range.max())
                : new ReadOutcome.OutOfRange(next, Side.TOO_LARGE, range.min(), range.max());
    }

    private void found(ReadResult.Found found, OffsetRange range) {
        Lent lent = new Lent(found.frames());
        boolean handedOn = false;
        try {
            FrameCheck.Checked checked = FrameCheck.of(found.frames(), found.nextOffset(), read.request());
            engine.metrics().filteredAgain.add(checked.refused());
            if (checked.size().count() == 0) {
                outcome.complete(new ReadOutcome.Filtered(checked.nextOffset(), range.min(), range.max()));
                return;
            }
            RecordSlices slices =
                    RecordSlices.lent(checked.slices(), checked.size(), fields(found.fields()), lent::close);
            handedOn = outcome.complete(new ReadOutcome.Found(
                    slices, checked.nextOffset(), checked.endPosition(), range.min(), range.max()));
        } finally {
            if (!handedOn) {
                lent.close();
            }
        }
    }

    private static Map<String, String> fields(Map<String, String> given) {
        for (String name : given.keySet()) {
            if (!name.startsWith("firn") || !name.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '"' && c != '\\')) {
                throw new BadFramesException("sends the field '" + name + "': names begin with firn, in plain ASCII");
            }
        }
        return given;
    }

    /** A batch that is given back once. */
    private final class Lent {

        private final FrameBatch batch;
        private final AtomicBoolean open = new AtomicBoolean(true);

        Lent(FrameBatch batch) {
            this.batch = batch;
            engine.metrics().openBatches.incrementAndGet();
        }

        void close() {
            if (open.compareAndSet(true, false)) {
                engine.metrics().openBatches.decrementAndGet();
                Batches.close(batch, queue.guard());
            }
        }
    }

    private void late() {
        LateException failure = new LateException(engine.config().timeout());
        if (later) {
            if (outcome.complete(again())) {
                engine.metrics().overrideFailures.increment();
            }
        } else if (!outcome.isDone()) {
            fail(queue.guard().failed(failure));
        }
    }

    private void fail(Throwable failure) {
        if (later) {
            retryLater();
        } else if (outcome.completeExceptionally(failure)) {
            engine.metrics().overrideFailures.increment();
        }
    }

    private void retryLater() {
        if (!outcome.isDone()) {
            engine.metrics().overrideFailures.increment();
            var _ = engine.timer().after(engine.config().retryHold(), () -> outcome.complete(again()));
        }
    }

    /** Nobody waits any more. */
    void cancel() {
        outcome.complete(again());
    }

    private ReadOutcome again() {
        return new ReadOutcome.TryAgain(read.request().offset(), ReadOutcome.TryAgain.SAME_BROKER, 0, 0);
    }
}
