package io.firn.broker.plugin.read;

import io.firn.broker.queue.OffsetRange;
import io.firn.broker.queue.ReadOutcome;
import io.firn.broker.queue.ReadOutcome.Side;
import io.firn.broker.queue.SourceRead;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Finds out which reader has an offset, and lets it read. Answered once. Any thread. */
final class ColdLookup {

    private final ReadEngine engine;
    private final ColdSource source;
    private final SourceRead read;
    private final CompletableFuture<ReadOutcome> outcome = new CompletableFuture<>();

    /** Owner of both: this object's lock. */
    private boolean cancelled;

    private @Nullable ColdPull pull;

    ColdLookup(ReadEngine engine, ColdSource source, SourceRead read) {
        this.engine = engine;
        this.source = source;
        this.read = read;
    }

    CompletableFuture<ReadOutcome> outcome() {
        return outcome;
    }

    CompletableFuture<ReadOutcome> start() {
        var _ = source.covered(read.request().queueId()).thenAccept(this::decide);
        return outcome;
    }

    private void decide(ColdSource.Covered covered) {
        long offset = read.request().offset();
        OffsetRange line = covered.line();
        ColdClaim claim = covered.at(offset);
        if (claim != null) {
            begin(new ColdPull(engine, read, line, claim));
        } else if (!covered.isWhole()) {
            // whether there is something here is not known: nothing must be skipped
            engine.metrics().coldFailures.increment();
            var _ = engine.timer().after(engine.config().retryHold(), () -> outcome.complete(again(line)));
        } else {
            Side side = offset < line.min() ? Side.TOO_SMALL : Side.TOO_LARGE;
            outcome.complete(new ReadOutcome.OutOfRange(covered.nextAbove(offset), side, line.min(), line.max()));
        }
    }

    private void begin(ColdPull next) {
        synchronized (this) {
            if (cancelled) {
                return;
            }
            pull = next;
        }
        var _ = next.start().thenAccept(this::answer);
    }

    private void answer(ReadOutcome result) {
        if (!outcome.complete(result) && result instanceof ReadOutcome.Found found) {
            found.slices().close();
        }
    }

    /** Nobody waits any more. */
    void cancel() {
        ColdPull begun;
        synchronized (this) {
            cancelled = true;
            begun = pull;
        }
        if (begun != null) {
            begun.cancel();
        }
        outcome.complete(again(OffsetRange.NONE));
    }

    private ReadOutcome again(OffsetRange line) {
        return new ReadOutcome.TryAgain(
                read.request().offset(), ReadOutcome.TryAgain.SAME_BROKER, line.min(), line.max());
    }
}
