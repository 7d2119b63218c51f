package io.firn.broker.pop;

import io.firn.broker.group.Offsets;
import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogSlice;
import io.firn.broker.queue.LocalQueues;
import io.firn.broker.queue.OffsetRange;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RequestException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic {@code rmq_sys_REVIVE_LOG_<cluster>}: notes of batches that are not acknowledged, so that whoever opens the
 * store next knows them. Entries are {@link Checkpoint}s and {@link Acknowledged}s. The group {@link #GROUP} has committed
 * in each queue the last offset of which, and of all before, nothing is needed any more.
 *
 * <p>Owner: {@code firn-pop}, which follows the log's end, and before that thread starts whoever opens the room; noting is
 * for any thread.
 */
final class ReviveLog {

    static final String GROUP = "CID_RMQ_SYS_REVIVE_GROUP";

    private static final Logger LOG = LoggerFactory.getLogger(ReviveLog.class);

    /** Entries looked at before others have their turn. */
    private static final int BATCH = 1_024;

    private final Place place;
    private final Stores stores;
    private final PopTable table;
    private final RecordView view = new RecordView();

    /** Written, and not seen in the log yet. */
    private final Map<Identity, Note> unseen = new ConcurrentHashMap<>();

    private final AtomicLong writtenTo = new AtomicLong();
    /** By queue: notes in the log that may still be needed, in its order. */
    private final List<Deque<Note>> notes = new ArrayList<>();
    /** The same by what they note. */
    private final Map<Identity, Note> placed = new HashMap<>();
    /** By queue: the first offset that was not looked at; others read it too. */
    private final AtomicLongArray seen;

    /**
     * Where it is and who writes it.
     *
     * @param topic its topic
     * @param queues how many queues it has
     * @param brokerName in its entries
     * @param broker born host of its entries
     */
    record Place(String topic, int queues, String brokerName, HostAddress broker) {}

    /** What it is made of. */
    record Stores(LocalQueues queues, CommitLog log, Offsets offsets, Outlet outlet, Clock clock) {}

    private record Identity(String group, String topic, int queueId, Batch.Key batch) {}

    /** A batch in the log. */
    private static final class Note {
        final Identity identity;
        final PopQueue queue;
        final Batch batch;
        /** Acknowledgements that the log knows of; 0 again, on any thread, when they did not get there. */
        volatile int acked;

        long offset = -1;

        Note(Identity identity, PopQueue queue, Batch batch, int acked) {
            this.identity = identity;
            this.queue = queue;
            this.batch = batch;
            this.acked = acked;
        }
    }

    ReviveLog(Place place, Stores stores, PopTable table) {
        this.place = place;
        this.stores = stores;
        this.table = table;
        this.seen = new AtomicLongArray(place.queues);
        for (int queue = 0; queue < place.queues; queue++) {
            notes.add(new ArrayDeque<>());
            seen.set(queue, stores.offsets.query(GROUP, place.topic, queue) + 1);
        }
    }

    int queues() {
        return place.queues;
    }

    /** Log position behind the last entry this process wrote; 0 when it wrote none. */
    long writtenTo() {
        return writtenTo.get();
    }

    /** Whether no entry is needed any more. */
    boolean isSettled() {
        return unseen.isEmpty() && notes.stream().allMatch(Deque::isEmpty);
    }

    /** Whether there is anything that was not looked at. Any thread. */
    boolean hasUnseen() {
        for (int queue = 0; queue < place.queues; queue++) {
            if (stores.queues.maxOffset(place.topic, queue) > seen.get(queue)) {
                return true;
            }
        }
        return false;
    }

    /** Notes a batch with what is acknowledged of it. Completes with the log position behind the note. Any thread. */
    CompletableFuture<Long> note(PopQueue queue, Batch batch) {
        int acked = queue.acked(batch);
        Identity identity = new Identity(queue.group, queue.topic, queue.queueId, batch.key);
        Note note = new Note(identity, queue, batch, acked);
        unseen.put(identity, note);
        byte[] body = Checkpoint.of(queue, batch, acked, place.brokerName).toJson();
        return stored(entry(queue, batch, Checkpoint.TAG, body)).whenComplete((end, failure) -> {
            if (failure != null) {
                unseen.remove(identity, note);
            }
        });
    }

    private CompletableFuture<Long> stored(LogEntry entry) {
        CompletableFuture<Long> stored;
        try {
            stored = stores.outlet.store(entry);
        } catch (BusyException | StorageException | RequestException | IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
        return stored.whenComplete((end, failure) -> {
            if (failure == null) {
                writtenTo.accumulateAndGet(end, Math::max);
            }
        });
    }

    private LogEntry entry(PopQueue queue, Batch batch, String tag, byte[] body) {
        String key = queue.topic
                + '@'
                + queue.queueId
                + '@'
                + batch.key.startOffset()
                + '@'
                + queue.group
                + '@'
                + batch.key.popTimeMs()
                + '@'
                + place.brokerName
                + '@'
                + tag;
        return LogEntry.of(
                new LogEntry.Place(place.topic, batch.reviveQueue, place.broker),
                stores.clock.millis(),
                tag,
                key,
                body);
    }

    /** Looks at what is new in the log, up to a limit, and returns how many entries that were. */
    int follow() {
        int looked = 0;
        for (int queue = 0; queue < place.queues && looked < BATCH; queue++) {
            OffsetRange range = stores.queues.range(place.topic, queue);
            long from = Math.clamp(seen.get(queue), range.min(), range.max());
            long to = Math.min(range.max(), from + BATCH - looked);
            if (from < to) {
                int reviveQueue = queue;
                stores.queues.visit(place.topic, queue, new OffsetRange(from, to), (offset, position, size, tags) -> {
                    look(reviveQueue, offset, position, size);
                    return true;
                });
                looked += (int) (to - from);
            }
            seen.set(queue, to);
        }
        return looked;
    }

    private void look(int reviveQueue, long offset, long position, int size) {
        try (LogSlice slice = stores.log.slice(position, size)) {
            if (slice == null
                    || view.wrap(slice.memory(), 0, slice.size()).inspect(position, Verify.LENGTHS)
                            != RecordStatus.OK) {
                LOG.error(
                        "entry {} of queue {} of the revive log can not be read and is left out", offset, reviveQueue);
                return;
            }
            byte[] body =
                    view.memory().asSlice(view.bodyOffset(), view.bodyLength()).toArray(ValueLayout.JAVA_BYTE);
            String tag = view.property("TAGS");
            if (Checkpoint.TAG.equals(tag)) {
                place(Json.decode(body, Checkpoint.class), reviveQueue, offset);
            } else if (Acknowledged.TAG.equals(tag) || Acknowledged.BATCH_TAG.equals(tag)) {
                apply(Json.decode(body, Acknowledged.class));
            } else {
                LOG.warn("entry {} of queue {} of the revive log has the unknown tag {}", offset, reviveQueue, tag);
            }
        } catch (RequestException e) {
            LOG.error("entry {} of queue {} of the revive log is left out: {}", offset, reviveQueue, e.getMessage());
        }
    }

    private void place(Checkpoint point, int reviveQueue, long offset) {
        Batch batch = point.batch(reviveQueue);
        String topic = point.t();
        String group = point.c();
        if (batch == null || topic == null || group == null) {
            LOG.error("entry {} of queue {} of the revive log names no batch: {}", offset, reviveQueue, point);
            return;
        }
        Identity identity = new Identity(group, topic, point.q(), batch.key);
        Note note = unseen.remove(identity);
        if (note == null) {
            PopQueue queue = table.queue(group, topic, point.q());
            Batch known = queue.find(batch.key);
            if (known != null && placed.containsKey(identity)) {
                return;
            }
            if (known == null) {
                queue.add(batch);
            }
            // a known batch whose note was given up, but came here: what it says is still needed
            note = new Note(identity, queue, known == null ? batch : known, batch.acked);
        }
        note.offset = offset;
        notes.get(reviveQueue).add(note);
        placed.put(identity, note);
    }

    private void apply(Acknowledged ack) {
        String topic = ack.t();
        String group = ack.c();
        PopQueue queue = topic == null || group == null || ack.q() < 0 ? null : table.find(group, topic, ack.q());
        if (queue != null) {
            Batch.Key key = new Batch.Key(ack.so(), ack.pt());
            ack.offsets().forEach(offset -> queue.ack(key, offset));
            Note note = placed.get(new Identity(queue.group, queue.topic, queue.queueId, key));
            if (note != null) {
                note.acked = note.acked | note.batch.bits(ack.offsets());
            }
        }
    }

    /** Moves the committed offsets behind what is not needed any more. */
    void commit() {
        for (int queue = 0; queue < place.queues; queue++) {
            Deque<Note> waiting = notes.get(queue);
            Note head = waiting.peekFirst();
            while (head != null && head.queue.isDone(head.batch)) {
                waiting.removeFirst();
                placed.remove(head.identity, head);
                head = waiting.peekFirst();
            }
            long last = (head == null ? seen.get(queue) : head.offset) - 1;
            if (last > stores.offsets.query(GROUP, place.topic, queue)) {
                stores.offsets.commit(GROUP, place.topic, queue, last);
            }
        }
    }

    /**
     * Notes acknowledgements of noted batches that the log does not know of yet: all of a batch in one entry, and that
     * before {@link #commit} lets go of the batch. What can not be written now is tried with the next call.
     */
    void complete() {
        boolean goesOn = true;
        for (Deque<Note> waiting : notes) {
            for (Note note : waiting) {
                goesOn = goesOn && isComplete(note);
            }
        }
    }

    /** The same for notes that were not seen in the log yet, too. For the end of the process. */
    void completeAll() {
        complete();
        boolean goesOn = true;
        for (Note note : unseen.values()) {
            goesOn = goesOn && isComplete(note);
        }
    }

    /** False when the log takes nothing now. */
    private boolean isComplete(Note note) {
        int acked = note.queue.acked(note.batch);
        if (acked == note.acked) {
            return true;
        }
        Acknowledged all = Acknowledged.of(note.queue, note.batch, acked, place.brokerName);
        note.acked = acked;
        CompletableFuture<Long> stored = stored(entry(note.queue, note.batch, Acknowledged.BATCH_TAG, all.toJson()));
        var _ = stored.whenComplete((end, failure) -> {
            if (failure != null) {
                note.acked = 0;
                LOG.warn(
                        "acknowledgements are not in the revive log yet: if the process ends now, they are lost",
                        failure);
            }
        });
        return !stored.isCompletedExceptionally();
    }
}
