package io.firn.broker.plugin.read;

import io.firn.broker.queue.OffsetRange;
import io.firn.broker.queue.ReadOutcome;
import io.firn.broker.queue.ReadRequest;
import io.firn.broker.queue.RecordSlices;
import io.firn.broker.queue.SourceRead;
import io.firn.spi.cold.ColdBatch;
import io.firn.spi.cold.ColdRequest;
import io.firn.spi.contract.Deadline;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.topic.QueueRef;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One read of old messages: waits for bytes, asks the reader, checks what it gives. Whatever happens it is answered once:
 * with messages, or after a hold with {@link ReadOutcome.TryAgain}. A batch that comes too late is closed when it comes;
 * its bytes count as used until then. Any thread.
 */
final class ColdPull {

    private final ReadEngine engine;
    private final SourceRead read;
    private final OffsetRange covered;
    private final ColdClaim claim;
    private final PullToken token = new PullToken();
    private final Deadline deadline;
    private final long startNanos;
    private final CompletableFuture<ReadOutcome> outcome = new CompletableFuture<>();
    private final ByteBudget.Ticket ticket;
    private volatile boolean issued;
    private volatile Runnable forgetDeadline = () -> {};

    /**
     * A read of the first reader that covers the offset.
     *
     * @param covered what all readers of the queue cover, for the answer
     */
    ColdPull(ReadEngine engine, SourceRead read, OffsetRange covered, ColdClaim claim) {
        this.engine = engine;
        this.read = read;
        this.covered = covered;
        this.claim = claim;
        this.startNanos = engine.clock().nanos();
        this.deadline = Deadline.after(engine.config().timeout(), engine.clock()::nanos);
        this.ticket =
                engine.budget().ticket(read.reader(), Math.max(1, read.request().maxBytes()), this::issue);
    }

    CompletableFuture<ReadOutcome> start() {
        engine.metrics().coldReads.increment();
        forgetDeadline = engine.timer().after(engine.config().timeout(), this::late);
        ticket.ask();
        return outcome;
    }

    /** Nobody waits any more. */
    void cancel() {
        if (outcome.complete(again())) {
            engine.metrics().coldCancelled.increment();
            over();
        }
    }

    private void late() {
        if (outcome.complete(again())) {
            engine.metrics().coldTimeouts.increment();
            engine.metrics().coldFailures.increment();
            if (issued) {
                var _ = claim.guard().failed(new LateException(engine.config().timeout()));
            }
            over();
        }
    }

    /** The answer is out; what is under way is called off. */
    private void over() {
        forgetDeadline.run();
        token.cancel();
        if (!issued) {
            settle();
        } else {
            // a reader that never comes back must not keep its bytes for ever
            var _ = engine.timer().after(engine.config().abandonAfter(), this::settle);
        }
    }

    private void issue() {
        if (outcome.isDone()) {
            settle();
            return;
        }
        issued = true;
        ReadRequest request = read.request();
        ColdRequest asked = new ColdRequest(
                new QueueRef(request.topic(), request.queueId()),
                request.offset(),
                new ColdRequest.Limits(request.maxMessages(), request.maxBytes()),
                new FilterView(request.filter()),
                new ColdRequest.Reader(read.reader(), access(), deadline));
        claim.guard()
                .callStage(() -> claim.reader().read(asked, token))
                .whenComplete((batch, failure) -> answered(batch));
    }

    private ColdRequest.Access access() {
        if (read.reader().isEmpty()) {
            return ColdRequest.Access.SINGLE;
        }
        return read.place() == SourceRead.Place.HERE ? ColdRequest.Access.BOUND : ColdRequest.Access.SEQUENTIAL;
    }

    private void answered(@Nullable ColdBatch batch) {
        if (batch == null) {
            settle();
            failed();
            return;
        }
        try {
            switch (batch) {
                case ColdBatch.Found found -> found(found);
                case ColdBatch.Skipped skipped -> skipped(skipped.nextOffset());
                case ColdBatch.Elsewhere elsewhere -> {
                    settle();
                    finish(new ReadOutcome.TryAgain(
                            read.request().offset(), elsewhere.brokerId(), covered.min(), covered.max()));
                }
            }
        } catch (RuntimeException e) { // bad frames, or a batch whose own methods fail
            settle();
            var _ = claim.guard().failed(e);
            failed();
        }
    }

    private void skipped(long next) {
        settle();
        if (next <= read.request().offset()) {
            throw new BadFramesException("skips to offset " + next + ", which is not above the one asked for");
        }
        finish(new ReadOutcome.Filtered(next, covered.min(), covered.max()));
    }

    private void found(ColdBatch.Found found) {
        Lent lent = new Lent(found.frames());
        boolean handedOn = false;
        try {
            if (outcome.isDone()) {
                return;
            }
            FrameCheck.Checked checked = FrameCheck.of(found.frames(), found.nextOffset(), read.request());
            engine.metrics().filteredAgain.add(checked.refused());
            if (checked.size().count() == 0) {
                finish(new ReadOutcome.Filtered(checked.nextOffset(), covered.min(), covered.max()));
                return;
            }
            ticket.resize(found.frames().bytes());
            RecordSlices slices = RecordSlices.lent(checked.slices(), checked.size(), Map.of(), lent::close);
            engine.metrics().coldMessages.add(checked.size().count());
            engine.metrics().coldBytes.add(checked.size().bytes());
            handedOn = finish(new ReadOutcome.Found(
                    slices, checked.nextOffset(), checked.endPosition(), covered.min(), covered.max()));
        } finally {
            if (!handedOn) {
                lent.close();
            }
        }
    }

    /** A batch and the bytes it may hold; given back once, whoever comes first. */
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
                settle();
                Batches.close(batch, claim.guard());
            }
        }
    }

    private void settle() {
        ticket.release();
    }

    private boolean finish(ReadOutcome result) {
        if (outcome.complete(result)) {
            forgetDeadline.run();
            return true;
        }
        return false;
    }

    /** The reader is told to ask again, not at once: it would ask as fast as it can. */
    private void failed() {
        if (outcome.isDone()) {
            return;
        }
        engine.metrics().coldFailures.increment();
        Duration spent = Duration.ofNanos(engine.clock().nanos() - startNanos);
        Duration hold = engine.config().retryHold().minus(spent);
        if (hold.isNegative() || hold.isZero()) {
            finish(again());
        } else {
            var _ = engine.timer().after(hold, () -> finish(again()));
        }
    }

    private ReadOutcome again() {
        return new ReadOutcome.TryAgain(
                read.request().offset(), ReadOutcome.TryAgain.SAME_BROKER, covered.min(), covered.max());
    }
}
