package io.firn.compaction;

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
 * Refuses messages without a key. What the broker stores again was let in before and is let in now: a record that lost its key on
 * the way is kept, not lost. Any io thread; allocates nothing. The table of topics whose key is not {@code KEYS} is a snapshot,
 * replaced by the thread that hears of topics.
 */
final class KeyAdmission implements PutMessageHook {

    static final Verdict MISSING = Verdict.reject(RejectCode.MESSAGE_ILLEGAL, "Required message key is missing");

    private volatile Map<String, PropertyName> otherKeys = Map.of();

    @Override
    public Verdict beforePut(PutMessage message) {
        Map<String, PropertyName> others = otherKeys;
        PropertyName name =
                others.isEmpty() ? PropertyName.KEYS : others.getOrDefault(message.topic(), PropertyName.KEYS);
        PropertyView key = message.property(name);
        boolean missing = key == null || key.isBlank();
        return missing && isFresh(message.origin()) ? MISSING : Verdict.ACCEPT;
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
