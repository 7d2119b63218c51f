package io.firn.guard;

import io.firn.spi.message.PropertyName;
import io.firn.spi.put.PutMessage;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.put.Verdict;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Counts messages against their topic's rate. Each of a batch counts; when one of them is refused all are, and what those
 * before it took stays taken.
 */
final class RateHook implements PutMessageHook {

    /** The property of a message that came too fast. */
    static final String TAG = "GUARD_RATE";

    private static final PropertyName TAG_NAME = PropertyName.of(TAG);
    private static final String OVER = "over";

    private final Supplier<RuleBook> book;
    private final LongSupplier nanos;

    RateHook(Supplier<RuleBook> book, LongSupplier nanos) {
        this.book = book;
        this.nanos = nanos;
    }

    @Override
    public Verdict beforePut(PutMessage message) {
        if (!RulesHook.isFromClient(message)) {
            return Verdict.ACCEPT;
        }
        TopicGuard guard = book.get().guardOf(message.topic());
        Breach breach = guard.count(nanos.getAsLong());
        if (breach == null) {
            return guard.onBreach() == Rule.OnBreach.TAG ? untagged(message) : Verdict.ACCEPT;
        }
        guard.counters().count(breach);
        if (guard.onBreach() == Rule.OnBreach.REJECT) {
            return breach.refusal();
        }
        message.setProperty(TAG, OVER);
        return Verdict.MODIFIED;
    }

    /** Consumers take the tag for the guard's word, so senders can not set it. */
    private static Verdict untagged(PutMessage message) {
        if (!message.hasProperty(TAG_NAME)) {
            return Verdict.ACCEPT;
        }
        message.removeProperty(TAG);
        return Verdict.MODIFIED;
    }
}
