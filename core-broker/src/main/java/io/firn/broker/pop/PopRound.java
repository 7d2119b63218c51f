package io.firn.broker.pop;

import io.firn.broker.group.Offsets;
import io.firn.broker.queue.ReadOutcome;
import io.firn.broker.queue.ReadRequest;
import io.firn.broker.queue.SourceRead;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.server.Responder;
import io.firn.broker.wire.ResponseCode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One pop on its way through queues, until it has messages enough or has seen all. It starts on its connection's io thread
 * and stays there unless it has to wait: for another pop in the same queue, for old data, which a reader thread reads, or
 * for a plugin. Without a message it waits for one, and begins anew. Owner: the one thread it is on.
 */
final class PopRound implements Waits.Waiter {

    /** Reads in one queue that gave nothing before it goes on on a reader thread. */
    private static final int MOST_EMPTY_READS = 8;

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
    private boolean answered;
    /** The queue it has the right to read. */
    private @Nullable PopQueue claimed;

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

    /** Begins, on the connection's io thread. */
    void run() {
        int turn = means.nextTurn();
        stations = means.stations(request, turn);
        popped = new Popped();
        at = 0;
        emptyReads = 0;
        rest = 0;
        onReader = false;
        popTimeMs = means.clock().millis();
        reviveQueue = Math.floorMod(turn, means.reviveQueues());
        goOn();
    }

    private void goOn() {
        try {
            boolean more = isWanted();
            while (more) {
                more = step();
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private boolean isWanted() {
        if (responder.connection().isOpen()) {
            return true;
        }
        releaseClaim();
        popped.close();
        means.othersGoOn(request);
        return false;
    }

    /** One look into a queue; false when that has to wait, or everything is over. */
    private boolean step() {
        if (at == stations.size() || popped.count() >= request.mostMessages()) {
            finish();
            return false;
        }
        Station station = stations.get(at);
        if (claimed == null) {
            if (!station.queue.claim(this::inherit)) {
                return false;
            }
            claimed = station.queue;
        }
        return read(station);
    }

    /** The queue is free now, and this pop's; on the thread of whoever had it. */
    private void inherit() {
        claimed = stations.get(at).queue;
        onReader = false;
        responder.connection().execute(this::goOn);
    }

    private boolean read(Station station) {
        PopQueue queue = station.queue;
        long place = queue.place();
        if (place == Offsets.NONE) {
            place = means.first(station, request.start());
            queue.begin(place);
        }
        if (!onReader && !means.isHot(queue, place)) {
            onReader = true;
            means.readers().execute(this::goOn);
            return false;
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

    private void readElsewhere(ReadRequest read) {
        SourceRead elsewhere = new SourceRead(read, request.group(), Map.of());
        var _ = means.queues()
                .readElsewhere(elsewhere)
                .outcome()
                .whenComplete((outcome, failure) -> responder.connection().execute(() -> {
                    try {
                        if (failure != null) {
                            fail(new CompletionException(failure));
                        } else if (take(stations.get(at), read.offset(), outcome)) {
                            goOn();
                        }
                    } catch (RuntimeException e) {
                        fail(e);
                    }
                }));
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
            case ReadOutcome.TryAgain _ ->
                throw new BusyException("old messages of topic " + queue.topic + " can not be read now, try again");
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
        onReader = true;
        means.readers().execute(this::goOn);
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
            answered = true;
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
        } else if (request.waiting() == PopRequest.Waiting.YES) {
            await();
        } else {
            answered = true;
            responder.reply(PopReply.timeout());
            means.othersGoOn(request);
        }
    }

    private void await() {
        try {
            means.await(request, this);
        } catch (BusyException e) {
            answered = true;
            responder.reply(PopReply.without(ResponseCode.POLLING_FULL, Objects.toString(e.getMessage(), "")));
        }
    }

    /**
     * Whatever it was: a claim that stayed, or no answer, would stop the queue for its group. What was found comes again
     * after its invisible time.
     */
    private void fail(RuntimeException failure) {
        if (answered) {
            // what was found is the server's
            throw failure;
        }
        releaseClaim();
        popped.close();
        responder.replyWith(() -> {
            throw failure;
        });
        means.othersGoOn(request);
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
}
