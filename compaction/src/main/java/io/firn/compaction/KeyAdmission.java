package io.firn.compaction;

import io.firn.compaction.frame.RecordKey;
import io.firn.spi.message.PropertyName;
import io.firn.spi.message.PropertyView;
import io.firn.spi.put.PutMessage;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.put.PutOrigin;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;
import io.firn.spi.topic.Topic;
import java.util.HashMap;
import java.util.Map;

/**
 * Refuses messages without a key, with a condition that cannot be read, and those that light queues shall point to: a pass
 * would leave such pointers behind. What the broker stores again was let in before and is let in now: a record that lost its key on
 * the way is kept, not lost. Any io thread; allocates nothing. The table of topics whose key is not {@code KEYS} is a snapshot,
 * replaced by the thread that hears of topics.
 */
final class KeyAdmission implements PutMessageHook {

    static final Verdict MISSING = Verdict.reject(RejectCode.MESSAGE_ILLEGAL, "Required message key is missing");

    static final Verdict MULTI_DISPATCH = Verdict.reject(
            RejectCode.MESSAGE_ILLEGAL,
            "a compacted topic takes no message with INNER_MULTI_DISPATCH: light queues point to records that go away");
    static final Verdict NO_OFFSET = Verdict.reject(
            RejectCode.MESSAGE_ILLEGAL,
            "COMPACTION_IF_OFFSET must be a queue offset, or -1 for a key that shall not be there yet");
    private static final PropertyName CONDITION = PropertyName.of(RecordKey.IF_OFFSET);
    private static final int MOST_DIGITS = 18;
    private static final PropertyName DISPATCH = PropertyName.of("INNER_MULTI_DISPATCH");

    private volatile Map<String, PropertyName> otherKeys = Map.of();

    @Override
    public Verdict beforePut(PutMessage message) {
        if (!isFresh(message.origin())) {
            return Verdict.ACCEPT;
        }
        Map<String, PropertyName> others = otherKeys;
        PropertyName name =
                others.isEmpty() ? PropertyName.KEYS : others.getOrDefault(message.topic(), PropertyName.KEYS);
        PropertyView key = message.property(name);
        if (key == null || key.isBlank()) {
            return MISSING;
        }
        if (message.hasProperty(DISPATCH)) {
            return MULTI_DISPATCH;
        }
        PropertyView condition = message.property(CONDITION);
        return condition == null || isOffset(condition) ? Verdict.ACCEPT : NO_OFFSET;
    }

    private static boolean isOffset(PropertyView text) {
        int length = text.length();
        if (length == 2 && text.byteAt(0) == '-' && text.byteAt(1) == '1') {
            return true;
        }
        for (int i = 0; i < length; i++) {
            if (text.byteAt(i) < '0' || text.byteAt(i) > '9') {
                return false;
            }
        }
        return length > 0 && length <= MOST_DIGITS;
    }

    private static boolean isFresh(PutOrigin origin) {
        return origin == PutOrigin.CLIENT || origin == PutOrigin.TRANSACTION_HALF;
    }

    /** A topic that is compacted has this key property. */
    void follow(Topic topic, String keyProperty) {
        Map<String, PropertyName> next = new HashMap<>(otherKeys);
        PropertyName name = PropertyName.of(keyProperty);
        if (name.equals(PropertyName.KEYS)) {
            next.remove(topic.name());
        } else {
            next.put(topic.name(), name);
        }
        otherKeys = Map.copyOf(next);
    }
}
