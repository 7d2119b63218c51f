package io.firn.broker.pop;

import io.firn.broker.group.Offsets;
import io.firn.broker.queue.ReadOutcome;
import io.firn.broker.queue.ReadRequest;
import io.firn.broker.queue.SourceRead;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.server.Responder;
import io.firn.broker.wire.ResponseCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One pop on its way through queues, until it has messages enough or has seen all. It starts on its connection's io thread
 * and stays there unless it has to wait: for another pop in the same queue, for old data, which a reader thread reads, or
 * for a plugin. Without a message it waits for one, and begins anew. Owner: the one thread it is on.
 */
final class PopRound implements Waits.Waiter {

    /** Reads in one queue that gave nothing before it goes on on a reader thread. */
    private static final int MOST_EMPTY_READS = 8;
    /** How much later than asked for an answer may come: clients wait for it ten seconds longer than they ask for. */
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private final PopRequest request;
    private final Responder responder;
    private final PopMeans means;

    private List<Station> stations = List.of();
    private Popped popped = new Popped();
    private int at;
    private int emptyReads;
    private long popTimeMs;
    private int reviveQueue;
    private long rest;
    private boolean onReader;
    private boolean begun;
    /** The queue it has the right to read. */
    private @Nullable PopQueue claimed;

    private final Turn turn = new Turn();

    /**
     * A queue to look into.
     *
     * @param retry 0 for the topic itself, 1 and 2 for messages that come again
     */
    record Station(int retry, PopQueue queue) {}

    PopRound(PopRequest request, Responder responder, PopMeans means) {
        this.request = request;
        this.responder = responder;
        this.means = means;
    }

    /** Begins, or begins anew, on the connection's io thread. */
    void run() {
        begun = false;
        proceed();
    }

    /** Whatever happens, a claim does not stay and the request is answered. What was found comes again then. */
    private void proceed() {
        responder.goOn(this::goOn, this::giveBack);
    }

    private void giveBack() {
        releaseClaim();
        popped.close();
        means.othersGoOn(request);
    }

    private void begin() {
        begun = true;
        int number = means.nextTurn();
        stations = means.stations(request, number);
        popped = new Popped();
        at = 0;
        emptyReads = 0;
        rest = 0;
        onReader = false;
        popTimeMs = means.clock().millis();
        reviveQueue = Math.floorMod(number, means.reviveQueues());
    }

    private void goOn() {
        if (!begun) {
            begin();
        }
        boolean more = isWanted();
        while (more) {
            more = step();
        }
    }

    /** Whether somebody waits for messages; else this is over. */
    private boolean isWanted() {
        if (!responder.connection().isOpen()) {
            giveBack();
            return false;
        }
        if (isInTime()) {
            return true;
        }
        // it took so long that the client may be gone: what is taken for it now might be seen by nobody
        releaseClaim();
        at = stations.size();
        finish();
        return false;
    }

    private boolean isInTime() {
        return turn.deadlineNanos() - means.clock().nanos() > 0;
    }

    /** One look into a queue; false when that has to wait, or everything is over. */
    private boolean step() {
        if (at == stations.size() || popped.count() >= request.mostMessages()) {
            finish();
            return false;
        }
        Station station = stations.get(at);
        if (claimed == null) {
            if (!station.queue.claim(turn)) {
                means.claimWaits();
                return false;
            }
            claimed = station.queue;
        }
        return read(station);
    }

    /** On the connection's io thread again, wherever it was before: what is slow is to leave that thread once more. */
    private void atConnection(Runnable then) {
        responder.connection().execute(() -> {
            onReader = false;
            emptyReads = 0;
            then.run();
        });
    }

    private boolean read(Station station) {
        PopQueue queue = station.queue;
        long place = queue.place();
        if (place == Offsets.NONE) {
            CompletableFuture<Long> first = means.first(station, request.start());
            if (!first.isDone() || first.isCompletedExceptionally()) {
                var _ = first.whenComplete((offset, failure) -> resume(() -> isBegun(queue, offset), failure));
                return false;
            }
            place = first.resultNow();
            queue.begin(place);
        }
        if (!onReader && !means.isHot(queue, place)) {
            return onReader();
        }
        ReadRequest read = new ReadRequest(
                queue.topic,
                queue.queueId,
                place,
                request.mostMessages() - popped.count(),
                means.mostBytes(),
                station.retry == RetryTopics.NORMAL ? request.filter() : means.everything());
        ReadOutcome outcome = means.queues().read(read);
        if (outcome instanceof ReadOutcome.Elsewhere) {
            readElsewhere(read);
            return false;
        }
        return take(station, place, outcome);
    }

    private static boolean isBegun(PopQueue queue, long offset) {
        queue.begin(offset);
        return true;
    }

    private void readElsewhere(ReadRequest read) {
        SourceRead elsewhere = SourceRead.of(request.group(), read);
        var _ = means.queues()
                .readElsewhere(elsewhere)
                .outcome()
                .whenComplete((outcome, failure) -> resume(() -> arrived(read.offset(), outcome), failure));
    }

    private boolean arrived(long place, ReadOutcome outcome) {
        if (outcome instanceof ReadOutcome.Found found
                && !(responder.connection().isOpen() && isInTime())) {
            found.slices().close();
            return true;
        }
        return take(stations.get(at), place, outcome);
    }

    /**
     * Something that was waited for elsewhere is there.
     *
     * @param first what to do with it; whether to go on at once then
     */
    private void resume(BooleanSupplier first, @Nullable Throwable failure) {
        atConnection(() -> responder.goOn(
                () -> {
                    if (failure != null) {
                        throw new CompletionException(failure);
                    }
                    if (first.getAsBoolean()) {
                        goOn();
                    }
                },
                this::giveBack));
    }

    /** Whether to go on at once. */
    private boolean take(Station station, long place, ReadOutcome outcome) {
        PopQueue queue = station.queue;
        return switch (outcome) {
            case ReadOutcome.Found found -> {
                give(station, place, found);
                rest += found.maxOffset() - found.nextOffset();
                yield next();
            }
            case ReadOutcome.Filtered filtered -> {
                queue.skipped(filtered.nextOffset());
                yield filtered.nextOffset() < filtered.maxOffset() ? again() : next();
            }
            case ReadOutcome.OutOfRange moved -> {
                if (moved.side() == ReadOutcome.Side.TOO_SMALL) {
                    queue.skipped(moved.nextOffset());
                } else {
                    queue.movedBack(moved.nextOffset());
                }
                yield again();
            }
            case ReadOutcome.Empty _, ReadOutcome.NoQueue _ -> {
                if (place > 0) {
                    queue.movedBack(0);
                }
                yield next();
            }
            case ReadOutcome.AtEnd _ -> next();
            case ReadOutcome.TryAgain _ -> {
                if (popped.count() == 0) {
                    throw new BusyException("old messages of topic " + queue.topic + " can not be read now, try again");
                }
                yield next();
            }
            case ReadOutcome.Elsewhere _ -> throw new IllegalStateException("not read: " + outcome);
        };
    }

    private void give(Station station, long place, ReadOutcome.Found found) {
        PopQueue queue = station.queue;
        long[] offsets = station.retry == RetryTopics.NORMAL
                ? popped.add(found.slices())
                : popped.addAgain(found.slices(), request.topic(), offset -> handle(station, place, offset));
        queue.popped(new Batch(
                new Batch.Key(place, popTimeMs), request.invisibleMs(), reviveQueue, offsets, found.nextOffset()));
        means.batchPopped();
        popped.note(station.retry, queue.queueId, place, offsets);
    }

    private String handle(Station station, long place, long offset) {
        return place + " " + popTimeMs + ' ' + request.invisibleMs() + ' ' + reviveQueue + ' ' + station.retry + ' '
                + means.brokerName() + ' ' + station.queue.queueId + ' ' + offset;
    }

    private boolean again() {
        emptyReads++;
        if (onReader || emptyReads < MOST_EMPTY_READS) {
            return true;
        }
        return onReader();
    }

    /** Reads on where a thread may wait for the disk; false, as this one is done with it. */
    private boolean onReader() {
        onReader = true;
        means.readers().execute(this::proceed);
        return false;
    }

    private boolean next() {
        releaseClaim();
        at++;
        return true;
    }

    private void releaseClaim() {
        PopQueue mine = claimed;
        claimed = null;
        if (mine != null) {
            mine.release();
        }
    }

    private void finish() {
        if (popped.count() > 0) {
            means.metrics().pops.increment();
            means.metrics().messages.add(popped.count());
            responder.reply(new PopReply(
                    ResponseCode.SUCCESS,
                    "FOUND",
                    popTimeMs,
                    request.invisibleMs(),
                    reviveQueue,
                    rest,
                    popped.starts(),
                    popped.offsets(),
                    popped));
            means.othersGoOn(request);
        } else if (request.waiting() == PopRequest.Waiting.YES
                && request.deadlineNanos() - means.clock().nanos() > 0) {
            means.await(request, this);
        } else {
            responder.reply(PopReply.timeout());
            means.othersGoOn(request);
        }
    }

    @Override
    public long deadlineNanos() {
        return request.deadlineNanos();
    }

    @Override
    public boolean isAbandoned() {
        return !responder.connection().isOpen();
    }

    @Override
    public void wake() {
        responder.connection().execute(this::run);
    }

    @Override
    public void expire() {
        responder.reply(PopReply.timeout());
    }

    @Override
    public void refused() {
        responder.reply(PopReply.without(ResponseCode.POLLING_FULL, "too many pops wait"));
    }

    /** Waits for another's claim to end, and not much longer than the client waits for an answer. */
    private final class Turn implements PopQueue.Claimant {

        @Override
        public long deadlineNanos() {
            return request.deadlineNanos() + PATIENCE_NANOS;
        }

        /** On the thread of whoever had it. */
        @Override
        public void inherit() {
            claimed = stations.get(at).queue;
            atConnection(PopRound.this::proceed);
        }

        @Override
        public void giveUp() {
            atConnection(PopRound.this::proceed);
        }
    }
}
