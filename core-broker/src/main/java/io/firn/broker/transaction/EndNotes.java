package io.firn.broker.transaction;

import io.firn.broker.record.HostAddress;
import io.firn.broker.runtime.Clock;
import io.firn.broker.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down which half messages have ended, many in one record of {@link TopicName#TRANSACTION_OP}. One is written
 * when it is full, on the thread that ended the last transaction, else some time after its first. What a crash takes
 * away is found in the log again for commits (see {@link HalfRecovery}); producers are asked again about roll-backs.
 *
 * <pre>
 * body: offset in the half queue, decimal | ',' | offset | ',' …      tag: d
 * </pre>
 *
 * <p>Any thread; owner of all fields: whoever holds this object's monitor, which is not held while writing.
 */
final class EndNotes {

    private static final Logger LOG = LoggerFactory.getLogger(EndNotes.class);

    private final Appends appends;
    private final HostAddress host;
    private final Clock clock;
    private final int fullBytes;

    private final StringBuilder pending = new StringBuilder();
    private long highestPending = -1;
    private boolean writing;
    /** Whether the last write failed: then it is tried again when it is planned, not with every end. */
    private boolean failing;

    private boolean planned;
    /** Records of the op queue, oldest first, that may still be needed. */
    private final Deque<Note> notes = new ArrayDeque<>();

    private long nextNote;

    /** One record of the op queue; it names no higher offset of the half queue than this. */
    private record Note(long offset, long highest) {}

    /** What is written now. */
    private record Batch(String body, long highest) {}

    /** What is to be done after an end. */
    enum Urgency {
        /** Write when it is convenient: {@link #flush()} some time from now. */
        SOON,
        /** Write now. */
        NOW,
        /** Somebody was told before. */
        NONE
    }

    EndNotes(TransactionConfig config, Appends appends, HostAddress host, Clock clock) {
        this.fullBytes = config.opBytes();
        this.appends = appends;
        this.host = host;
        this.clock = clock;
    }

    /** A record that was in the op queue at start. */
    synchronized void restore(long offset, long highest) {
        notes.add(new Note(offset, highest));
        nextNote = Math.max(nextNote, offset + 1);
    }

    /** The op queue goes on here. */
    synchronized void beginAt(long offset) {
        nextNote = Math.max(nextNote, offset);
    }

    /** This half message has ended. */
    synchronized Urgency ended(long halfOffset) {
        pending.append(halfOffset).append(',');
        highestPending = Math.max(highestPending, halfOffset);
        if (pending.length() >= fullBytes && !writing && !failing) {
            return Urgency.NOW;
        }
        return needsPlan() ? Urgency.SOON : Urgency.NONE;
    }

    /** Whether something has to be written that nobody has planned to write; the caller has to plan it then. */
    synchronized boolean needsPlan() {
        boolean needed = !planned && !pending.isEmpty();
        planned |= needed;
        return needed;
    }

    /**
     * Writes what is not written yet, but what comes meanwhile. What can not be written stays for the next time; false
     * then.
     */
    boolean flush() {
        int left = pendingChars();
        while (left > 0) {
            Batch batch = take();
            if (batch == null) {
                return true;
            }
            if (!isWritten(batch)) {
                return false;
            }
            left -= batch.body.length();
        }
        return true;
    }

    private boolean isWritten(Batch batch) {
        try {
            byte[] body = batch.body.getBytes(StandardCharsets.US_ASCII);
            written(batch, appends.own(StoredMessage.ends(body, host, clock.millis())));
            return true;
        } catch (RuntimeException e) {
            if (isFirstFailure(batch)) {
                LOG.warn("ends of transactions are not written down yet: {}", e.getMessage());
            }
            return false;
        }
    }

    /** The planned time has come, the next end asks for another one. */
    synchronized void planIsOver() {
        planned = false;
    }

    private synchronized int pendingChars() {
        return pending.length();
    }

    /** As much as makes one record full. */
    private synchronized @Nullable Batch take() {
        if (writing || pending.isEmpty()) {
            return null;
        }
        writing = true;
        int comma = pending.indexOf(",", fullBytes - 1);
        int end = comma < 0 ? pending.length() : comma + 1;
        // the rest may name the highest: then this record is kept a little longer than it is needed
        Batch batch = new Batch(pending.substring(0, end), highestPending);
        pending.delete(0, end);
        if (pending.isEmpty()) {
            highestPending = -1;
        }
        return batch;
    }

    private synchronized void written(Batch batch, Appends.Appended at) {
        writing = false;
        failing = false;
        notes.add(new Note(at.queueOffset(), batch.highest));
        nextNote = Math.max(nextNote, at.queueOffset() + 1);
    }

    /** Puts back what could not be written. */
    private synchronized boolean isFirstFailure(Batch batch) {
        boolean first = !failing;
        failing = true;
        writing = false;
        pending.insert(0, batch.body);
        highestPending = Math.max(highestPending, batch.highest);
        return first;
    }

    /**
     * Offset of the op queue from which on it has to be read to know all ends at or above an offset of the half queue.
     */
    synchronized long neededFrom(long lowestHalf) {
        Note first = notes.peek();
        while (first != null && first.highest < lowestHalf) {
            notes.remove();
            first = notes.peek();
        }
        return first == null ? nextNote : first.offset;
    }
}
