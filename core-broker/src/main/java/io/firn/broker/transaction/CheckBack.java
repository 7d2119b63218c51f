package io.firn.broker.transaction;

import io.firn.broker.runtime.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after half messages whose producer said nothing: asks, and after the most questions there may be gives the
 * message up to {@code TRANS_CHECK_MAX_TIME_TOPIC}, from where an operator resumes it. A question is written nowhere: a
 * broker that starts again counts from what the half message says. Rounds run on a pool thread; owner of all fields:
 * whoever holds this object's monitor.
 */
final class CheckBack {

    private static final Logger LOG = LoggerFactory.getLogger(CheckBack.class);

    private final TransactionConfig config;
    private final Transactions.Stores stores;
    private final CheckNotices notices;
    private final Clock clock;
    private final HalfEvents events;
    private final HalfTable table;

    CheckBack(
            TransactionConfig config,
            Transactions.Stores stores,
            CheckNotices notices,
            Clock clock,
            HalfEvents events) {
        this.config = config;
        this.stores = stores;
        this.notices = notices;
        this.clock = clock;
        this.events = events;
        this.table = events.table();
    }

    /** Asks about all that are due. */
    synchronized void round() {
        long now = clock.nanos();
        long next = now + config.checkInterval().toNanos();
        for (HalfMessage half : table.takeDue(now)) {
            try {
                check(half);
            } catch (RuntimeException e) {
                LOG.warn("the half message at position {} is checked later: {}", half.position(), e.getMessage());
            } finally {
                table.checkAgain(half, next);
            }
        }
    }

    private void check(HalfMessage half) {
        try (HalfRecord record = HalfRecord.at(stores.log(), half.position())) {
            if (record == null) {
                lose(half);
                return;
            }
            String topic = record.realTopic();
            if (topic == null || record.realQueue() < 0 || table.checks(half) >= config.maxChecks()) {
                giveUp(half, record);
                return;
            }
            int checks = table.countCheck(half) + 1;
            if (notices.ask(record, topic, checks)) {
                events.metrics().checks.increment();
            } else {
                events.metrics().unheard.increment();
            }
        }
    }

    private void giveUp(HalfMessage half, HalfRecord record) {
        HalfMessage claimed = table.claim(half.offset());
        if (claimed == null) {
            return;
        }
        boolean kept = false;
        try {
            var _ = stores.appends().own(StoredMessage.exhausted(record, table.checks(half)));
            kept = true;
        } finally {
            if (!kept) {
                table.release(claimed);
            }
        }
        LOG.warn(
                "transaction {} of group {} is given up after {} checks",
                record.property(HalfProperties.UNIQUE_KEY),
                record.property(HalfProperties.GROUP),
                table.checks(half));
        events.metrics().exhausted.increment();
        table.end(claimed);
        events.ended().accept(claimed);
    }

    /** Retention was faster. */
    private void lose(HalfMessage half) {
        HalfMessage claimed = table.claim(half.offset());
        if (claimed != null) {
            LOG.warn("the half message at position {} is gone from the log before it ended", half.position());
            events.metrics().lost.increment();
            table.end(claimed);
            events.ended().accept(claimed);
        }
    }
}
