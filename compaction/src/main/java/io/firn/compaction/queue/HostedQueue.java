package io.firn.compaction.queue;

import io.firn.compaction.pass.GroupProgress;
import io.firn.compaction.pass.Pass;
import io.firn.compaction.pass.PassOrder;
import io.firn.compaction.pass.PassOutcome;
import io.firn.compaction.pass.Policy;
import io.firn.compaction.pass.RecordSource;
import io.firn.compaction.pass.Tools;
import io.firn.compaction.store.CompactedQueue;
import io.firn.compaction.store.Hole;
import io.firn.compaction.store.Manifest;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.read.BrokerReader;
import io.firn.spi.read.MessageLease;
import io.firn.spi.topic.QueueRef;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One compacted queue of the broker. Whoever holds {@code owner} changes it: a pass, a command, its closing. The other fields
 * are for all to see: what stands in the way, where the tail starts, what was asked for.
 */
public final class HostedQueue implements AutoCloseable {

    /** After a pass that found nothing to do, such as tombstones that wait for a group, none is due for so long. */
    private static final long QUIET_MS = 60_000;

    private final QueueRef ref;
    private final CompactedQueue queue;
    private final BrokerReader reader;
    private final TailSource source;
    private final GroupProgress groups;
    private final QueueLeases leases;
    private final @Nullable ArchiveJob archiving;
    private final ReentrantLock owner = new ReentrantLock();
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile Policy policy;
    private volatile @Nullable Trouble trouble;
    private volatile @Nullable TailStart tail;
    private volatile boolean asked;
    private volatile boolean closed;
    private volatile long lastPassMs;
    private volatile long quietUntil;

    /**
     * What lies below a queue.
     *
     * @param reader the store on this machine
     * @param base the queue without compaction, older records included
     * @param groups how far consumers are
     */
    record Below(BrokerReader reader, QueueReader base, GroupProgress groups) {}

    HostedQueue(QueueRef ref, CompactedQueue queue, Below below, Policy policy, @Nullable ArchiveJob archiving) {
        this.archiving = archiving;
        this.ref = ref;
        this.queue = queue;
        this.reader = below.reader();
        this.source = new TailSource(below.reader(), below.base(), ref);
        this.groups = below.groups();
        this.leases = new QueueLeases(queue);
        this.policy = policy;
    }

    /** Which queue. */
    public QueueRef ref() {
        return ref;
    }

    /** Its compacted part. */
    public CompactedQueue queue() {
        return queue;
    }

    /** Its tail in the log. */
    public RecordSource source() {
        return source;
    }

    /** How its generations get to object storage; empty when they do not. */
    public Optional<ArchiveJob> archiving() {
        return Optional.ofNullable(archiving);
    }

    /** Generations of it that readers have leased. */
    QueueLeases leases() {
        return leases;
    }

    /** The offset the next message gets. */
    long endOffset() {
        return Math.max(source.maxOffset(), queue.manifest().cleanedTo());
    }

    /** What its topic wants. */
    public Policy policy() {
        return policy;
    }

    /** The topic's attributes changed. */
    void follow(Policy changed) {
        policy = changed;
    }

    /** What stands in the way of its passes. */
    public Optional<Trouble> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** The first record not compacted, as of the last look; empty when all is. */
    public Optional<TailStart> tail() {
        return Optional.ofNullable(tail);
    }

    /** Before this no pass is due unless it was asked for, ms. */
    long quietUntil() {
        Trouble last = trouble;
        return last == null ? quietUntil : last.retryAt();
    }

    /** Duration of the last pass, ms. */
    long lastPassMs() {
        return lastPassMs;
    }

    /** Whether a pass was asked for that has not begun. */
    boolean isAsked() {
        return asked;
    }

    /** Asks for a pass whether or not one is due. */
    public void ask() {
        asked = true;
        Trouble last = trouble;
        if (last != null) {
            trouble = new Trouble(last.kind(), last.reason(), last.offset(), last.attempts(), 0);
        }
    }

    /** Takes the queue for a pass; false when one is running. */
    boolean reserve() {
        return !closed && busy.compareAndSet(false, true);
    }

    /** Gives back what {@link #reserve()} took. */
    void unreserve() {
        busy.set(false);
    }

    boolean isClosed() {
        return closed;
    }

    boolean isBusy() {
        return busy.get();
    }

    /** Where a record that is not compacted may stand in the log at the earliest. */
    public long firstDirtyPosition() {
        TailStart start = tail;
        Manifest manifest = queue.manifest();
        return start != null && start.offset() == manifest.cleanedTo()
                ? start.position()
                : manifest.progress().cleanedPosition();
    }

    /** Records that are not compacted. */
    public long dirtyRecords() {
        return Math.max(0, source.maxOffset() - dirtyFrom());
    }

    private long dirtyFrom() {
        long cleanedTo = queue.manifest().cleanedTo();
        return cleanedTo < 0 ? source.minOffset() : cleanedTo;
    }

    /** Looks where the tail starts; may block on a page fault. */
    void lookAtTail() {
        long from = dirtyFrom();
        TailStart known = tail;
        if (known != null && known.offset() == from) {
            return;
        }
        if (from >= source.endOffset()) {
            tail = null;
            return;
        }
        try (MessageLease first = reader.byOffset(ref, from)) {
            tail = first == null
                    ? new TailStart(from, queue.manifest().progress().cleanedPosition(), 0)
                    : new TailStart(
                            from, first.frame().position(), first.frame().storeTimestampMs());
        }
    }

    /** Runs a pass; the caller has reserved the queue. Answers how it ended. */
    PassOutcome runPass(Tools tools) {
        long begun = tools.clock().millis();
        owner.lock();
        try {
            if (closed) {
                return new PassOutcome.Stopped();
            }
            asked = false;
            PassOutcome outcome = new Pass(tools, queue, source, new PassOrder(leases.spare(policy), groups)).run();
            long now = tools.clock().millis();
            switch (outcome) {
                case PassOutcome.Done done -> {
                    trouble = null;
                    quietUntil = done.counts().commits() == 0 ? now + QUIET_MS : 0;
                }
                case PassOutcome.Blocked blocked ->
                    trouble = Trouble.after(trouble, Trouble.Kind.BLOCKED, blocked.reason(), blocked.offset(), now);
                case PassOutcome.Failed failed ->
                    trouble = Trouble.after(trouble, Trouble.Kind.FAILED, failed.reason(), -1, now);
                case PassOutcome.Stopped stopped -> asked = false;
            }
            lastPassMs = Math.max(0, now - begun);
            return outcome;
        } finally {
            owner.unlock();
        }
    }

    /** When the generation before the present one has to go, ms. */
    long previousUntil() {
        if (!owner.tryLock()) {
            return Long.MAX_VALUE;
        }
        try {
            return queue.previousUntil();
        } finally {
            owner.unlock();
        }
    }

    /** Gives up records that cannot be read, from the first not compacted one that is in the way up to {@code until}. */
    public Hole skip(long until, long now) throws IOException {
        owner.lock();
        try {
            Trouble last = trouble;
            long from = last != null && last.offset() >= 0 ? last.offset() : dirtyFrom();
            if (until <= from || until > source.maxOffset()) {
                throw new IllegalArgumentException("queue " + ref + ": skip to an offset above " + from
                        + " and at most " + source.maxOffset() + ", not to " + until);
            }
            Hole hole = new Hole(from, until);
            queue.skip(hole, now);
            ask();
            return hole;
        } finally {
            owner.unlock();
        }
    }

    /** Waits for a running pass, then lets go of the files. Idempotent. */
    @Override
    public void close() {
        owner.lock();
        try {
            if (!closed) {
                closed = true;
                leases.close();
                queue.close();
            }
        } finally {
            owner.unlock();
        }
    }
}
