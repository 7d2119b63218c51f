package io.firn.broker.topic;

import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A wish to change a topic's attributes, as operators write it: {@code +message.type=FIFO,-reserve.time}. Immutable.
 *
 * @param set attributes to add or replace, names without sign
 * @param removed attributes to take away, names without sign
 */
public record AttributeUpdate(Map<String, String> set, Set<String> removed) {

    /** Leaves the attributes as they are. */
    public static final AttributeUpdate NONE = new AttributeUpdate(Map.of(), Set.of());

    public AttributeUpdate {
        set = Map.copyOf(set);
        removed = Set.copyOf(removed);
    }

    /**
     * Reads the header form {@code +k=v,-k}; nothing for null or an empty text.
     *
     * @throws RequestException INVALID_PARAMETER naming the part that is wrong
     */
    public static AttributeUpdate parse(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return NONE;
        }
        Map<String, String> signed = new HashMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String key = (equals < 0 ? part : part.substring(0, equals)).trim();
            String value = equals < 0 ? "" : part.substring(equals + 1).trim();
            if (key.startsWith("+") && equals < 0) {
                throw invalid("topic attribute '" + part + "' has no value: write +name=value");
            }
            if (signed.put(key, value) != null) {
                throw invalid("topic attribute '" + key + "' is given twice");
            }
        }
        return ofSigned(signed);
    }

    /**
     * Reads the body form: a map whose names carry their sign.
     *
     * @throws RequestException INVALID_PARAMETER naming the part that is wrong
     */
    public static AttributeUpdate ofSigned(Map<String, String> signed) {
        Map<String, String> set = new HashMap<>();
        Set<String> removed = new HashSet<>();
        signed.forEach((key, value) -> {
            String name = key.isEmpty() ? key : key.substring(1);
            if (name.isEmpty() || (key.charAt(0) != '+' && key.charAt(0) != '-')) {
                throw invalid("topic attribute '" + key + "' needs a sign and a name: +name=value or -name");
            }
            if (key.charAt(0) == '+') {
                set.put(name, value);
            } else {
                removed.add(name);
            }
        });
        for (String name : removed) {
            if (set.containsKey(name)) {
                throw invalid("topic attribute '" + name + "' is both set and removed");
            }
        }
        return set.isEmpty() && removed.isEmpty() ? NONE : new AttributeUpdate(set, removed);
    }

    private static RequestException invalid(String remark) {
        return new RequestException(ResponseCode.INVALID_PARAMETER, remark);
    }
}
