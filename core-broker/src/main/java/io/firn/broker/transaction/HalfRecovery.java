package io.firn.broker.transaction;

import io.firn.broker.group.Offsets;
import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogReader;
import io.firn.broker.queue.LocalQueues;
import io.firn.broker.queue.OffsetRange;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.SysFlag;
import io.firn.broker.runtime.Clock;
import io.firn.broker.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the half messages that have not ended, at start: those of the half queue, from the offset that group
 * {@link #GROUP} has committed, that no record of the op queue names. A crash may have lost the note of a commit: where
 * something is open the log is read from the first half message on, because a committed message names its half. Runs on
 * the starting thread, once; reads nothing when there was no transaction.
 */
final class HalfRecovery {

    /** Whose offsets say how far both queues are done with; RocketMQ's. */
    static final String GROUP = "CID_RMQ_SYS_TRANS";

    private static final Logger LOG = LoggerFactory.getLogger(HalfRecovery.class);

    private final TransactionConfig config;
    private final CommitLog log;
    private final LocalQueues queues;
    private final Offsets offsets;
    private final Clock clock;
    private final TransactionMetrics metrics;
    private final Set<Long> ended = new HashSet<>();

    HalfRecovery(
            TransactionConfig config,
            Transactions.Stores stores,
            Offsets offsets,
            Clock clock,
            TransactionMetrics metrics) {
        this.config = config;
        this.log = stores.log();
        this.queues = stores.queues();
        this.offsets = offsets;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** Fills the table, and tells the notes what is in the op queue. */
    void run(HalfTable table, EndNotes notes) {
        OffsetRange halves = toRead(TopicName.TRANSACTION_HALF);
        OffsetRange ops = toRead(TopicName.TRANSACTION_OP);
        table.beginAt(halves.max());
        notes.beginAt(ops.max());
        if (halves.isEmpty()) {
            return;
        }
        queues.visit(TopicName.TRANSACTION_OP, 0, ops, (offset, position, size, tags) -> {
            readNote(offset, position, notes);
            return true;
        });
        queues.visit(TopicName.TRANSACTION_HALF, 0, halves, (offset, position, size, tags) -> {
            if (!ended.contains(offset)) {
                restore(offset, position, table);
            }
            return true;
        });
        int found = table.size();
        int committed = findCommits(table, notes);
        if (found > 0) {
            LOG.info("{} half messages are open, {} more had been committed", found - committed, committed);
        }
    }

    /** From what is committed, or from the first there is; nothing when more is committed than there is. */
    private OffsetRange toRead(String topic) {
        OffsetRange range = queues.range(topic, 0);
        long committed = offsets.query(GROUP, topic, 0);
        long from = committed == Offsets.NONE ? range.min() : Math.clamp(committed, range.min(), range.max());
        return new OffsetRange(from, range.max());
    }

    private void readNote(long offset, long position, EndNotes notes) {
        try (HalfRecord record = HalfRecord.at(log, position)) {
            if (record == null) {
                metrics.lost.increment();
                return;
            }
            long highest = -1;
            for (String text : new String(record.body(), StandardCharsets.US_ASCII).split(",", 0)) {
                long half = HalfProperties.number(text.trim(), -1);
                if (half < 0) {
                    metrics.lost.increment();
                    LOG.warn("'{}' in the op record at position {} is no offset, passed over", text, position);
                } else {
                    ended.add(half);
                    highest = Math.max(highest, half);
                }
            }
            notes.restore(offset, highest);
        }
    }

    private void restore(long offset, long position, HalfTable table) {
        try (HalfRecord record = HalfRecord.at(log, position)) {
            if (record == null) {
                metrics.lost.increment();
                LOG.warn("the half message at position {} can not be read any more, passed over", position);
                return;
            }
            long first = HalfProperties.number(record.property(HalfProperties.FIRST_OFFSET), HalfMessage.NONE);
            if (first != HalfMessage.NONE && ended.contains(first)) {
                return;
            }
            HalfMessage half = first == HalfMessage.NONE
                    ? HalfMessage.at(offset, position)
                    : HalfMessage.copyAt(offset, position, first);
            int checks = (int) Math.min(
                    HalfProperties.number(record.property(HalfProperties.CHECK_TIMES), 0), Integer.MAX_VALUE - 1);
            long wait = HalfProperties.immunity(record.property(HalfProperties.IMMUNITY_SECONDS), config.timeout())
                            .toMillis()
                    - (clock.millis() - record.view().storeTimestamp());
            table.restore(half, clock.nanos() + Math.max(0, wait) * 1_000_000, checks);
        }
    }

    /** Ends those that are committed already; how many. */
    private int findCommits(HalfTable table, EndNotes notes) {
        List<HalfMessage> open = table.all();
        if (open.isEmpty()) {
            return 0;
        }
        Map<Long, HalfMessage> byPosition = new HashMap<>();
        open.forEach(half -> byPosition.put(half.position(), half));
        int found = 0;
        try (LogReader reader = log.reader(open.getFirst().position())) {
            while (reader.next(log.appended().get())) {
                HalfMessage half =
                        isCommit(reader) ? byPosition.get(reader.view().preparedTransactionOffset()) : null;
                if (half != null && isOf(half, reader.view()) && table.claim(half.offset()) != null) {
                    table.end(half);
                    var _ = notes.ended(half.offset());
                    found++;
                }
            }
        }
        return found;
    }

    /** Copies that retries and delays make of committed messages name no half: they all have position 0 there. */
    private boolean isOf(HalfMessage half, RecordView commit) {
        try (HalfRecord record = HalfRecord.at(log, half.position())) {
            return record != null
                    && Objects.equals(
                            record.property(HalfProperties.UNIQUE_KEY), commit.property(HalfProperties.UNIQUE_KEY));
        }
    }

    private static boolean isCommit(LogReader reader) {
        return SysFlag.transaction(reader.view().sysFlag()) == SysFlag.TRANSACTION_COMMIT;
    }
}
