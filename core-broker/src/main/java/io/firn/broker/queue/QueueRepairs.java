package io.firn.broker.queue;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogReader;
import io.firn.broker.queue.QueueRepair.RepairTools;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.SysFlag;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.runtime.Utf8Cache;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends queues whose entries do not fit the log: everything a queue says can be read from the log again. At start it runs
 * on the opening thread, then on the housekeeper's, in short steps.
 */
public final class QueueRepairs {

    private static final Logger LOG = LoggerFactory.getLogger(QueueRepairs.class);

    private static final int TOPIC_SLOTS = 1 << 10;
    /** How long one call may hold up the housekeeper. */
    private static final Duration STEP = Duration.ofMillis(200);
    /** A queue that could not be mended is not tried again before. */
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final CommitLog log;
    private final ConsumeQueues queues;
    private final RepairTools tools;
    private final TagsCodes tagsCodes;
    private final Metrics.Count repairs;
    private final LongSupplier nanos;
    /** When a queue may be looked at again. */
    private final Map<ConsumeQueue, Long> pausedUntil = new HashMap<>();

    /** The repair under way, and its queue. */
    private @Nullable QueueRepair current;

    private @Nullable ConsumeQueue currentQueue;

    QueueRepairs(CommitLog log, DispatchTargets targets, DelayLevels delayLevels, Metrics metrics) {
        this.log = log;
        this.queues = targets.queues();
        this.nanos = targets.polls()::nanos;
        this.tagsCodes = new TagsCodes(delayLevels);
        this.tools = new RepairTools(queues.entryFiles(), tagsCodes);
        this.repairs = metrics.counter(
                "firn_queue_repairs_total", "Stretches of a queue's entries that were written again from the log.");
    }

    /** Queues whose ends were damaged get what the log has behind them, below where dispatching goes on. */
    void catchUpTornTails() {
        Set<ConsumeQueue> torn = new HashSet<>(queues.torn());
        if (torn.isEmpty()) {
            return;
        }
        long from = Long.MAX_VALUE;
        for (ConsumeQueue queue : torn) {
            from = Math.min(from, queue.endPosition());
        }
        long limit = Math.min(queues.dispatchFrom(), log.appended().get());
        LOG.warn("the ends of queues {} are damaged: reading the log from {} to {}", torn, from, limit);
        Utf8Cache topics = new Utf8Cache(TOPIC_SLOTS);
        try (LogReader reader = log.reader(Math.max(from, log.minPosition()))) {
            while (reader.next(limit)) {
                putTorn(torn, reader, topics);
            }
        } finally {
            queues.endBatch();
        }
    }

    private void putTorn(Set<ConsumeQueue> torn, LogReader reader, Utf8Cache topics) {
        RecordView record = reader.view();
        String topic = record.topic(topics);
        ConsumeQueue queue = queues.find(topic, record.queueId());
        if (queue != null && torn.contains(queue) && SysFlag.takesQueueOffset(record.sysFlag())) {
            ConsumeQueue.Put put =
                    queue.put(reader.position(), record.totalSize(), tagsCodes.of(topic, record), record.queueOffset());
            LOG.debug("{} {} at {}", queue, put, reader.position());
        }
    }

    /** Mends everything that is known to be damaged. While opening. */
    void repairAll() {
        boolean more = true;
        while (more) {
            more = step(nanos.getAsLong() + PAUSE.toNanos());
        }
    }

    /** Mends some of what readers met since, when they met anything. Housekeeper. */
    public void repairSome() {
        boolean busy = step(nanos.getAsLong() + STEP.toNanos());
        assert busy || current == null;
    }

    /** Works on one queue; false when there is nothing to do. */
    private boolean step(long deadlineNanos) {
        ConsumeQueue queue = currentQueue;
        QueueRepair repair = current;
        OffsetRange damage = null;
        if (repair == null || queue == null) {
            Map.Entry<ConsumeQueue, OffsetRange> next =
                    tools.entryFiles().damaged().poll();
            if (next == null) {
                return false;
            }
            queue = next.getKey();
            damage = next.getValue();
        }
        currentQueue = queue;
        current = null;
        try {
            repair = damage == null ? repair : begin(queue, damage);
            if (repair != null && !repair.step(nanos, deadlineNanos)) {
                current = repair;
            }
        } catch (StorageException e) {
            LOG.error("the damaged entries of queue {} can not be written again: {}", queue, e.getMessage());
            pausedUntil.put(queue, nanos.getAsLong() + PAUSE.toNanos());
        }
        return true;
    }

    /** Null when nothing is to be done, or not now. */
    private @Nullable QueueRepair begin(ConsumeQueue queue, OffsetRange damage) {
        Long until = pausedUntil.get(queue);
        if (RecordFit.isLite(queue.topic()) || (until != null && nanos.getAsLong() - until < 0)) {
            return null;
        }
        pausedUntil.remove(queue);
        QueueRepair repair = new QueueRepair(queue, damage, log, tools);
        if (repair.isIdle()) {
            return null;
        }
        repairs.increment();
        repair.erase();
        return repair;
    }
}
