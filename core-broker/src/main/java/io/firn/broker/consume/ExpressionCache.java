package io.firn.broker.consume;

import io.firn.broker.filter.Filters;
import io.firn.broker.record.RecordFilter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Filters of pulls that carry their expression each time, made once per expression. Bounded; any thread. */
final class ExpressionCache {

    private static final int MOST = 1024;

    private final Map<Expression, RecordFilter> filters = new ConcurrentHashMap<>();

    private record Expression(@Nullable String type, String text) {}

    /** The filter of the expression; a missing or {@code *} one lets everything through. */
    RecordFilter filter(@Nullable String type, @Nullable String text) {
        if (Filters.isTagType(type) && (text == null || text.isEmpty() || text.equals("*"))) {
            return RecordFilter.ALL;
        }
        Expression key = new Expression(type, text == null ? "" : text);
        RecordFilter known = filters.get(key);
        if (known != null) {
            return known;
        }
        RecordFilter fresh = Filters.compile(type, text);
        if (filters.size() >= MOST) {
            filters.clear();
        }
        filters.put(key, fresh);
        return fresh;
    }
}
