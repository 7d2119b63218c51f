package io.firn.guard;

import io.firn.spi.message.PropertyName;
import io.firn.spi.message.PropertyView;
import io.firn.spi.put.PutMessage;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.put.PutOrigin;
import io.firn.spi.put.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks what a message is like. Only of messages that clients send: what the broker stores again was asked about when it
 * came, and refusing it now would lose it. Idempotent: a message that was tagged and is shown again stays as it is and is
 * not counted twice.
 */
final class RulesHook implements PutMessageHook {

    /** The property that says what is wrong with a message. */
    static final String TAG = "GUARD";

    private static final PropertyName TAG_NAME = PropertyName.of(TAG);

    private final Supplier<RuleBook> book;

    RulesHook(Supplier<RuleBook> book) {
        this.book = book;
    }

    static boolean isFromClient(PutMessage message) {
        PutOrigin origin = message.origin();
        return origin == PutOrigin.CLIENT || origin == PutOrigin.TRANSACTION_HALF;
    }

    @Override
    public Verdict beforePut(PutMessage message) {
        if (!isFromClient(message)) {
            return Verdict.ACCEPT;
        }
        TopicGuard guard = book.get().guardOf(message.topic());
        Breach breach = guard.check(message);
        if (guard.onBreach() == Rule.OnBreach.TAG) {
            return tag(message, breach, guard);
        }
        if (breach == null) {
            return Verdict.ACCEPT;
        }
        guard.counters().count(breach);
        return breach.refusal();
    }

    private static Verdict tag(PutMessage message, @Nullable Breach breach, TopicGuard guard) {
        PropertyView present = message.property(TAG_NAME);
        if (breach == null) {
            if (present == null) {
                return Verdict.ACCEPT;
            }
            // consumers take the tag for the guard's word, so senders can not set it
            message.removeProperty(TAG);
            return Verdict.MODIFIED;
        }
        if (present != null && present.contentEquals(breach.tag().getBytes(StandardCharsets.UTF_8))) {
            return Verdict.ACCEPT;
        }
        message.setProperty(TAG, breach.tag());
        guard.counters().count(breach);
        return Verdict.MODIFIED;
    }
}
