package io.firn.broker.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ext entries of one command by name, for the requests that are not hot: each call looks its field up anew. A field
 * that is absent, null or empty in the ROCKETMQ encoding, is missing. Valid as long as its command. A missing required
 * field or a malformed one is a {@link RequestException} that names field, request and value.
 */
public final class ExtFields {
    private final HeaderTable table;

    ExtFields(HeaderTable table) {
        this.table = table;
    }

    /** The text of this field, or null when it is missing. */
    public @Nullable String get(String name) {
        int entry = table.find(name);
        return entry < 0 ? null : table.value(entry);
    }

    /** The text of this field. */
    public String required(String name) {
        String value = get(name);
        if (value == null) {
            throw table.missing(name);
        }
        return value;
    }

    public int requiredInt(String name) {
        return table.intValue(requiredEntry(name));
    }

    public int intOr(String name, int missing) {
        int entry = table.find(name);
        return entry < 0 ? missing : table.intValue(entry);
    }

    public long requiredLong(String name) {
        return table.longValue(requiredEntry(name));
    }

    public long longOr(String name, long missing) {
        int entry = table.find(name);
        return entry < 0 ? missing : table.longValue(entry);
    }

    public boolean requiredBoolean(String name) {
        return table.booleanValue(requiredEntry(name));
    }

    public boolean booleanOr(String name, boolean missing) {
        int entry = table.find(name);
        return entry < 0 ? missing : table.booleanValue(entry);
    }

    /** A copy of all fields that are not missing, in the order they came. */
    public Map<String, String> asMap() {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < table.count(); i++) {
            String value = table.value(i);
            if (value == null) {
                map.remove(table.key(i));
            } else {
                map.put(table.key(i), value);
            }
        }
        return map;
    }

    private int requiredEntry(String name) {
        int entry = table.find(name);
        if (entry < 0) {
            throw table.missing(name);
        }
        return entry;
    }
}
