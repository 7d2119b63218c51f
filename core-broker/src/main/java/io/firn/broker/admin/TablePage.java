package io.firn.broker.admin;

import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.DataVersion;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The part of a table that a tool asks for: {@code count} entries by name from index {@code from} on, everything when it
 * asks for no part. A later page of a table that changed since the first one starts again at 0.
 */
final class TablePage {

    private final int from;
    private final int count;

    private TablePage(int from, int count) {
        this.from = from;
        this.count = count;
    }

    /** The page in the fields {@code fromField} and {@code countField} of a request about a table of this version. */
    static TablePage of(ExtFields ext, String fromField, String countField, DataVersion version) {
        int from = ext.intOr(fromField, 0);
        int count = ext.intOr(countField, Integer.MAX_VALUE);
        if (from < 0 || count < 1) {
            throw new RequestException(
                    ResponseCode.INVALID_PARAMETER,
                    "page " + fromField + "=" + from + " " + countField + "=" + count
                            + ": expected 0 or more, and 1 or more");
        }
        return new TablePage(isStale(ext.get("dataVersion"), version) ? 0 : from, count);
    }

    private static boolean isStale(@Nullable String seen, DataVersion version) {
        return seen == null
                || seen.isBlank()
                || !Json.decode(seen.getBytes(StandardCharsets.UTF_8), DataVersion.class)
                        .equals(version);
    }

    <V> Map<String, V> cut(Map<String, V> table) {
        Map<String, V> page = new LinkedHashMap<>();
        int index = 0;
        for (Map.Entry<String, V> entry : new TreeMap<>(table).entrySet()) {
            if (index >= from && page.size() < count) {
                page.put(entry.getKey(), entry.getValue());
            }
            index++;
        }
        return page;
    }
}
