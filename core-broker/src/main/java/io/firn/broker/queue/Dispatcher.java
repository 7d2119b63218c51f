package io.firn.broker.queue;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogReader;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.SysFlag;
import io.firn.broker.runtime.Agent;
import io.firn.broker.runtime.AgentThread;
import io.firn.broker.runtime.FaultHandler;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.ReadablePosition;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.runtime.Utf8Cache;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tails the log and makes its records visible: an entry in the record's queue, entries for its keys, a wake-up for the
 * pulls that wait for it. Runs on {@code firn-dispatcher}, up to a limit position that wiring chooses: appended, or
 * flushed when producers wait for the disk.
 */
public final class Dispatcher implements Agent {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** Records between two looks at the long polls. */
    private static final int BATCH = 512;

    private static final int TOPIC_SLOTS = 1 << 14;
    private static final long RETRY_NANOS = 1_000_000_000L;

    private final LogReader reader;
    private final ReadablePosition limit;
    private final ConsumeQueues queues;
    private final KeyIndex index;
    private final LongPolls polls;
    private final TagsCodes tagsCodes;
    private final QueueRepairs repairs;
    private final Utf8Cache topics = new Utf8Cache(TOPIC_SLOTS);
    private final Metrics.Count records;
    private final Metrics.Count unplaceable;

    private FaultHandler faults;
    /** The reader stands on a record that is not dispatched yet. */
    private boolean pending;
    /** The last try failed; the next one is due after a pause. */
    private boolean stuck;

    private long stuckSinceNanos;

    private Dispatcher(
            CommitLog log, ReadablePosition limit, DispatchTargets targets, DelayLevels delayLevels, Metrics metrics) {
        this.limit = limit;
        this.queues = targets.queues();
        this.index = targets.index();
        this.polls = targets.polls();
        this.tagsCodes = new TagsCodes(delayLevels);
        this.repairs = new QueueRepairs(log, targets, delayLevels, metrics);
        this.faults = (component, cause) -> LOG.error("{} failed", component, cause);
        this.records = metrics.counter("firn_queue_dispatched_records_total", "Records taken from the log.");
        this.unplaceable = metrics.counter(
                "firn_queue_unplaceable_records_total", "Records whose topic, queue id or queue offset can not be.");
        this.reader = log.reader(Math.max(log.minPosition(), queues.dispatchFrom()));
    }

    /**
     * Makes a dispatcher and lets it catch up, on the calling thread, with what the log holds now, mending what is known
     * to be damaged: from then on queues have tails for producers.
     *
     * @param limit only records below this position are made visible
     * @throws StorageException when the log or a queue can not be read or written
     */
    public static Dispatcher open(
            CommitLog log, ReadablePosition limit, DispatchTargets targets, QueueConfig config, Metrics metrics) {
        Dispatcher dispatcher = new Dispatcher(log, limit, targets, config.delayLevels(), metrics);
        dispatcher.repairs.catchUpTornTails();
        dispatcher.catchUp();
        dispatcher.repairs.repairAll();
        targets.queues().allowTails();
        return dispatcher;
    }

    private void catchUp() {
        long from = reader.nextPosition();
        long total = 0;
        for (int n = dispatchBatch(); n > 0; n = dispatchBatch()) {
            total += n;
        }
        LOG.info("{} records dispatched, from {} to {}", total, from, reader.nextPosition());
    }

    /**
     * Runs this dispatcher on its thread. The caller has it woken when the limit moves, and closes the thread before the
     * queues and the index.
     */
    public AgentThread start(FaultHandler faultHandler) {
        reportTo(faultHandler);
        AgentThread thread = AgentThread.start(this, faultHandler);
        polls.wakeBy(thread::wake);
        return thread;
    }

    /** Names who is told of faults. Before the thread starts. */
    void reportTo(FaultHandler faultHandler) {
        faults = faultHandler;
    }

    /** Log position up to which all records are visible. */
    public ReadablePosition dispatched() {
        return queues.dispatched();
    }

    /** What mends queues whose entries do not fit the log; to be called now and then. */
    public QueueRepairs repairs() {
        return repairs;
    }

    @Override
    public String roleName() {
        return "firn-dispatcher";
    }

    @Override
    public int doWork() {
        int work = polls.takeIn();
        if (!stuck || polls.nanos() - stuckSinceNanos >= RETRY_NANOS) {
            work += dispatchOrPause();
        }
        return work + polls.fire();
    }

    @Override
    public long idleNanos() {
        long toDeadline = polls.nanosToDeadline();
        if (!stuck) {
            return toDeadline;
        }
        return Math.min(toDeadline, Math.max(0, RETRY_NANOS - (polls.nanos() - stuckSinceNanos)));
    }

    /** Dispatches what is there, so that a clean stop leaves nothing to do, and ends all waiting. */
    @Override
    public void onClose() {
        try {
            int left = stuck ? 0 : 1;
            while (left > 0) {
                left = dispatchBatch();
            }
        } finally {
            polls.close();
            reader.close();
        }
    }

    /** A full disk or a damaged log is told once; the record is tried again until the cause is gone. */
    private int dispatchOrPause() {
        try {
            int n = dispatchBatch();
            if (stuck) {
                stuck = false;
                LOG.info("dispatching goes on at {}", reader.nextPosition());
            }
            return n;
        } catch (StorageException e) {
            if (!stuck) {
                faults.onFault(roleName(), e);
            }
            stuck = true;
            stuckSinceNanos = polls.nanos();
            return 0;
        }
    }

    private int dispatchBatch() {
        long end = limit.get();
        int n = 0;
        long storeTimeMs = 0;
        try {
            while (n < BATCH && (pending || reader.next(end))) {
                pending = true;
                RecordView record = reader.view();
                storeTimeMs = record.storeTimestamp();
                dispatch(record, reader.position());
                pending = false;
                n++;
            }
        } finally {
            endBatch();
            if (n > 0) {
                queues.advance(pending ? reader.position() : reader.nextPosition(), storeTimeMs);
                records.add(n);
            }
        }
        return n;
    }

    private void endBatch() {
        try {
            queues.endBatch();
        } finally {
            index.endBatch();
        }
    }

    private void dispatch(RecordView record, long position) {
        String topic = record.topic(topics);
        int sysFlag = record.sysFlag();
        if (SysFlag.takesQueueOffset(sysFlag)) {
            place(topic, record, position);
        }
        if (SysFlag.transaction(sysFlag) != SysFlag.TRANSACTION_ROLLBACK) {
            index.put(topic, record, position);
        }
    }

    private void place(String topic, RecordView record, long position) {
        int queueId = record.queueId();
        ConsumeQueue queue = queues.forRecord(topic, queueId, position);
        if (queue == null) {
            if (!ConsumeQueues.isName(topic) || !ConsumeQueues.isQueueId(queueId)) {
                reportUnplaceable(topic, record, position);
            }
            return;
        }
        long tagsCode = tagsCodes.of(topic, record);
        switch (queue.put(position, record.totalSize(), tagsCode, record.queueOffset())) {
            case WRITTEN -> polls.onMessage(topic, queueId, tagsCode, record);
            case MISPLACED -> reportUnplaceable(topic, record, position);
            case KNOWN, GONE -> {
                // dispatched before the last stop, or the topic is being deleted
            }
        }
    }

    private void reportUnplaceable(String topic, RecordView record, long position) {
        unplaceable.increment();
        LOG.error(
                "the record at {} has no place in a queue: topic {}, queue {}, offset {}",
                position,
                topic,
                record.queueId(),
                record.queueOffset());
    }
}
