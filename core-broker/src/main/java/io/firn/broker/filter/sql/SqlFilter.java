package io.firn.broker.filter.sql;

import io.firn.broker.record.RecordFilter;
import io.firn.broker.record.RecordView;
import io.firn.broker.wire.RequestException;

/**
 * Wants the records whose properties make an SQL92 condition true: neither those of which it is false nor those of which
 * it is unknown. Reads the stored bytes; immutable, any thread, allocates nothing per record.
 */
public final class SqlFilter implements RecordFilter {

    private final Condition condition;

    private SqlFilter(Condition condition) {
        this.condition = condition;
    }

    /**
     * The filter of an expression.
     *
     * @throws RequestException SUBSCRIPTION_PARSE_FAILED that says at which line and column what was expected
     */
    public static SqlFilter compile(String expression) {
        return new SqlFilter(Parser.parse(expression));
    }

    /** The hash of the tags tells nothing about a condition: TAGS is a property like any other. */
    @Override
    public boolean matches(long tagsCode) {
        return true;
    }

    @Override
    public boolean needsRecord() {
        return true;
    }

    @Override
    public boolean matches(RecordView record) {
        return condition.test(record.properties()) == Truth.TRUE;
    }

    /** The condition as SQL, with every pair of parentheses. */
    @Override
    public String toString() {
        return condition.toString();
    }
}
