package io.firn.broker.consume;

import io.firn.broker.filter.Filters;
import io.firn.broker.record.RecordFilter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Filters of pulls that carry their expression each time, made once per expression. Bounded in number and length; when
 * it is full it begins anew. Any thread.
 */
final class ExpressionCache {

    private static final int MOST = 1024;
    private static final int MOST_CHARACTERS = 1 << 20;

    private final Filters filters;
    private final Map<Expression, RecordFilter> known = new ConcurrentHashMap<>();
    /** Of all known expressions, at least nearly: threads that meet at the limit may lose some. */
    private final AtomicInteger characters = new AtomicInteger();

    private record Expression(@Nullable String type, String text) {}

    ExpressionCache(Filters filters) {
        this.filters = filters;
    }

    /** The filter of the expression; a missing or {@code *} one lets everything through. */
    RecordFilter filter(@Nullable String type, @Nullable String text) {
        if (Filters.isTagType(type) && (text == null || text.isEmpty() || text.equals("*"))) {
            return RecordFilter.ALL;
        }
        Expression key = new Expression(type, text == null ? "" : text);
        RecordFilter found = known.get(key);
        if (found != null) {
            return found;
        }
        RecordFilter fresh = filters.compile(type, text);
        if (known.size() >= MOST || characters.addAndGet(key.text.length()) > MOST_CHARACTERS) {
            known.clear();
            characters.set(key.text.length());
        }
        known.put(key, fresh);
        return fresh;
    }
}
