package io.firn.broker.queue;

import io.firn.broker.log.CommitLog;
import io.firn.broker.queue.QueueSource.Reach;
import io.firn.broker.queue.ReadOutcome.Side;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.record.RecordView;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A queue read as one line, and the only place that says which offsets it has. In this order: a source that replaces the
 * local store; the local store; a source that extends it with older messages; nothing. Whoever needs a queue's min, max,
 * an offset by time or a message asks here.
 *
 * <p>Any thread. {@link #read} may fault pages in, so readers of old offsets run on a pool; no call runs code of a source
 * on the caller's thread, and what a source answers comes as a future.
 */
public final class QueueLog {

    private static final long NO_TIME = -1;

    private final LocalQueues local;

    /** Written once, at wiring. */
    private volatile QueueSources sources = QueueSources.NONE;

    public QueueLog(ConsumeQueues queues, CommitLog log) {
        this.local = new LocalQueues(queues, log);
    }

    /** Names what serves queues beside the local store. Once, at wiring. */
    public void extendBy(QueueSources plugged) {
        sources = plugged;
    }

    /** What the store on this machine has. */
    public LocalQueues local() {
        return local;
    }

    /**
     * Reads what the local store serves. What is found has to be closed.
     *
     * @throws io.firn.broker.runtime.StorageException when the queue's files are damaged or can not be read
     */
    public ReadOutcome read(ReadRequest request) {
        QueueSource source = sources.of(request.topic());
        return source == null ? local.read(request) : readBeside(source, request);
    }

    /**
     * Reads history that another reader has just brought to memory, without waiting for the log's disk; null when there is
     * none, or when a source has a say: then {@link #read} it. What is found has to be closed.
     *
     * @throws io.firn.broker.runtime.StorageException when the queue's files are damaged or can not be read
     */
    public @Nullable ReadOutcome readLoaded(ReadRequest request) {
        return sources.of(request.topic()) == null ? local.readLoaded(request) : null;
    }

    private ReadOutcome readBeside(QueueSource source, ReadRequest request) {
        OffsetRange range = local.range(request.topic(), request.queueId());
        long olderMin = source.knownMin(request.queueId());
        if (source.reach() == Reach.REPLACES || request.offset() < range.min() || range.max() == 0) {
            return new ReadOutcome.Elsewhere(Math.min(range.min(), olderMin), range.max());
        }
        ReadOutcome outcome = local.read(request, olderMin);
        if (request.offset() >= local.minOffset(request.topic(), request.queueId())) {
            return outcome;
        }
        // deleted while it was read: messages may have been passed over as if they had never been
        if (outcome instanceof ReadOutcome.Found found) {
            found.slices().close();
        }
        return new ReadOutcome.Elsewhere(Math.min(range.min(), olderMin), range.max());
    }

    /** Reads what {@link #read} said is elsewhere. Runs nothing of the source on this thread. */
    public PendingRead readElsewhere(SourceRead read) {
        ReadRequest request = read.request();
        QueueSource source = sources.of(request.topic());
        if (source == null) {
            return PendingRead.done(local.read(request));
        }
        PendingRead pending = source.read(read);
        return source.reach() == Reach.REPLACES
                ? pending
                : new PendingRead(pending.outcome().thenApply(outcome -> joined(request, outcome)), pending.cancel());
    }

    /** What an extending source said, seen together with the local store behind it. */
    private ReadOutcome joined(ReadRequest request, ReadOutcome outcome) {
        OffsetRange older = new OffsetRange(outcome.minOffset(), outcome.maxOffset());
        OffsetRange line = local.range(request.topic(), request.queueId()).joinedWith(older);
        long min = line.min();
        long max = line.max();
        return switch (outcome) {
            case ReadOutcome.Found found ->
                new ReadOutcome.Found(found.slices(), found.nextOffset(), found.endPosition(), min, max);
            case ReadOutcome.Filtered filtered -> new ReadOutcome.Filtered(filtered.nextOffset(), min, max);
            case ReadOutcome.TryAgain again -> new ReadOutcome.TryAgain(again.offset(), again.brokerId(), min, max);
            case ReadOutcome.OutOfRange moved -> notOlder(request, moved.nextOffset(), line);
            case ReadOutcome.AtEnd _, ReadOutcome.Empty _, ReadOutcome.NoQueue _ -> notOlder(request, 0, line);
            case ReadOutcome.Elsewhere _ -> throw new IllegalStateException("a source gave " + outcome);
        };
    }

    /**
     * The source has nothing at this offset.
     *
     * @param nextOlder where it has something again, when that is above the offset
     */
    private ReadOutcome notOlder(ReadRequest request, long nextOlder, OffsetRange line) {
        long offset = request.offset();
        long localMin = local.minOffset(request.topic(), request.queueId());
        if (line.max() == 0 || (offset >= localMin && offset < line.max())) {
            return local.read(request, line.min());
        }
        if (offset == line.max()) {
            return new ReadOutcome.AtEnd(offset, line.min(), line.max());
        }
        if (offset > line.max()) {
            return new ReadOutcome.OutOfRange(line.max(), Side.TOO_LARGE, line.min(), line.max());
        }
        if (offset < line.min()) {
            return new ReadOutcome.OutOfRange(line.min(), Side.TOO_SMALL, line.min(), line.max());
        }
        // a hole: one jump over it
        long next = nextOlder > offset ? Math.min(nextOlder, Math.max(localMin, offset + 1)) : localMin;
        return new ReadOutcome.Filtered(next > offset ? next : line.max(), line.min(), line.max());
    }

    /** The offsets that can be read; none for an unknown queue. Fails when a source can not tell. */
    public CompletableFuture<OffsetRange> range(String topic, int queueId) {
        QueueSource source = sources.of(topic);
        if (source == null) {
            return CompletableFuture.completedFuture(local.range(topic, queueId));
        }
        CompletableFuture<OffsetRange> range = source.range(topic, queueId);
        return source.reach() == Reach.REPLACES
                ? range
                : range.thenApply(older -> local.range(topic, queueId).joinedWith(older));
    }

    /**
     * How many messages there are in [from, to), about: fewer than the offsets where a source leaves messages out. What a
     * source can not tell counts as whole.
     */
    public CompletableFuture<Long> count(String topic, int queueId, long from, long to) {
        long most = Math.max(0, to - from);
        QueueSource source = sources.of(topic);
        if (source == null || most == 0 || source.reach() == Reach.EXTENDS) {
            return CompletableFuture.completedFuture(most);
        }
        return source.count(queueId, from, to)
                .handle((count, failure) -> failure == null ? Math.clamp(count, 0, most) : most);
    }

    /**
     * The offset for a store time. {@link Boundary#LOWER}: the first message at or after it, the max offset when there
     * is none; {@link Boundary#UPPER}: the last message at or before it, the min offset when there is none. 0 for an
     * unknown or empty queue. Fails when a source can not tell.
     */
    public CompletableFuture<Long> offsetByTime(String topic, int queueId, long timeMs, Boundary boundary) {
        QueueSource source = sources.of(topic);
        if (source == null || (source.reach() == Reach.EXTENDS && isLocalTime(topic, queueId, timeMs, boundary))) {
            return CompletableFuture.completedFuture(local.offsetByTime(topic, queueId, timeMs, boundary));
        }
        return source.offsetByTime(topic, queueId, timeMs, boundary)
                .thenCompose(found -> found.isPresent()
                        ? CompletableFuture.completedFuture(found.getAsLong())
                        : withoutSource(source, topic, queueId, new TimeSought(timeMs, boundary)));
    }

    private record TimeSought(long timeMs, Boundary boundary) {}

    /** Where a time lies of which the source knows nothing. */
    private CompletableFuture<Long> withoutSource(QueueSource source, String topic, int queueId, TimeSought sought) {
        boolean first = sought.boundary == Boundary.UPPER;
        boolean hasLocal =
                source.reach() == Reach.EXTENDS && !local.range(topic, queueId).isEmpty();
        if (hasLocal && !first) {
            return CompletableFuture.completedFuture(
                    local.offsetByTime(topic, queueId, sought.timeMs, sought.boundary));
        }
        return range(topic, queueId).thenApply(range -> first ? range.min() : range.max());
    }

    /** Whether the local store alone can answer: its first message lies before what is sought. */
    private boolean isLocalTime(String topic, int queueId, long timeMs, Boundary boundary) {
        long first = local.storeTimeAt(topic, queueId, local.minOffset(topic, queueId));
        return first >= 0 && (boundary == Boundary.LOWER ? first < timeMs : first <= timeMs);
    }

    /** Store time in ms of the message at an offset; -1 when there is none. Fails when a source can not tell. */
    public CompletableFuture<Long> storeTimeAt(String topic, int queueId, long offset) {
        QueueSource source = sources.of(topic);
        if (source == null || offset < 0) {
            return CompletableFuture.completedFuture(local.storeTimeAt(topic, queueId, offset));
        }
        long localMin = local.minOffset(topic, queueId);
        long localMax = local.maxOffset(topic, queueId);
        if (source.reach() == Reach.EXTENDS && offset >= localMin && localMax > 0) {
            return CompletableFuture.completedFuture(local.storeTimeAt(topic, queueId, offset));
        }
        ReadRequest one = new ReadRequest(topic, queueId, offset, 1, 0, RecordFilter.ALL);
        return readElsewhere(SourceRead.ofBroker(one)).outcome().thenApply(QueueLog::timeOf);
    }

    private static long timeOf(ReadOutcome outcome) {
        return switch (outcome) {
            case ReadOutcome.Found found -> {
                try (RecordSlices slices = found.slices()) {
                    MemorySegment memory = MemorySegment.ofBuffer(slices.slice(0));
                    yield new RecordView().wrap(memory, 0, memory.byteSize()).storeTimestamp();
                }
            }
            case ReadOutcome.TryAgain _ ->
                throw new RequestException(ResponseCode.SYSTEM_ERROR, "old messages can not be read now, try again");
            case ReadOutcome.Filtered _,
                    ReadOutcome.AtEnd _,
                    ReadOutcome.OutOfRange _,
                    ReadOutcome.Elsewhere _,
                    ReadOutcome.Empty _,
                    ReadOutcome.NoQueue _ -> NO_TIME;
        };
    }

    /** Log position of the message at an offset; -1 when the local store has none, or does not serve the queue. */
    public long positionOf(String topic, int queueId, long offset) {
        QueueSource source = sources.of(topic);
        return source != null && source.reach() == Reach.REPLACES ? -1 : local.positionOf(topic, queueId, offset);
    }

    /**
     * Whether a poll has something to read, or is not at the queue's end at all. Dispatcher's thread: where a source
     * serves, a new message of any kind is enough to send the poll there.
     */
    boolean hasMatch(ParkedPoll poll) {
        ReadOutcome outcome = read(new ReadRequest(poll.topic(), poll.queueId(), poll.offset(), 1, 0, poll.filter()));
        return switch (outcome) {
            case ReadOutcome.Found found -> {
                found.slices().close();
                yield true;
            }
            case ReadOutcome.Filtered filtered -> filtered.nextOffset() < filtered.maxOffset();
            case ReadOutcome.AtEnd _, ReadOutcome.TryAgain _ -> false;
            case ReadOutcome.OutOfRange _ -> true;
            case ReadOutcome.Elsewhere elsewhere -> elsewhere.maxOffset() > poll.offset();
            case ReadOutcome.Empty _, ReadOutcome.NoQueue _ -> poll.offset() > 0;
        };
    }
}
