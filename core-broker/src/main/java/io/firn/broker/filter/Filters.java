package io.firn.broker.filter;

import io.firn.broker.record.RecordFilter;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.SubscriptionBody;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From subscription expressions to filters. A {@code TAG} expression is {@code *} (or nothing) for every message, or
 * tags with {@code ||} between them. Any thread; results are immutable.
 */
public final class Filters {

    private static final String TAG = "TAG";
    private static final String EVERYTHING = "*";

    private Filters() {}

    /** Whether this expression type selects by tags; a client that names none means tags. */
    public static boolean isTagType(@Nullable String expressionType) {
        return expressionType == null || expressionType.isEmpty() || expressionType.equals(TAG);
    }

    /**
     * The filter of an expression carried by a pull.
     *
     * @throws RequestException SUBSCRIPTION_PARSE_FAILED for an expression without a tag, SYSTEM_ERROR for an
     *     expression type that this broker does not evaluate
     */
    public static RecordFilter compile(@Nullable String expressionType, @Nullable String expression) {
        requireTagType(expressionType);
        if (expression == null || expression.isEmpty() || expression.equals(EVERYTHING)) {
            return RecordFilter.ALL;
        }
        List<String> tags = tagsOf(expression);
        if (tags.isEmpty()) {
            throw new RequestException(
                    ResponseCode.SUBSCRIPTION_PARSE_FAILED,
                    "subscription expression '" + expression + "' names no tag: use * or tags with || between them");
        }
        return new TagFilter(tags.stream().mapToInt(String::hashCode).toArray());
    }

    /**
     * The filter of a subscription carried by a heartbeat: the hashes that the client sent, else those of its
     * expression.
     *
     * @throws RequestException as {@link #compile(String, String)}
     */
    public static RecordFilter compile(SubscriptionBody subscription) {
        requireTagType(subscription.expressionType());
        boolean everything = subscription.classFilterMode() || EVERYTHING.equals(subscription.subString());
        if (!everything && !subscription.codeSet().isEmpty()) {
            return new TagFilter(
                    subscription.codeSet().stream().mapToInt(Integer::intValue).toArray());
        }
        return everything ? RecordFilter.ALL : compile(subscription.expressionType(), subscription.subString());
    }

    private static void requireTagType(@Nullable String expressionType) {
        if (!isTagType(expressionType)) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR,
                    "The broker does not support consumer to filter message by " + expressionType);
        }
    }

    private static List<String> tagsOf(String expression) {
        List<String> tags = new ArrayList<>();
        int from = 0;
        while (from <= expression.length()) {
            int bar = expression.indexOf("||", from);
            int to = bar < 0 ? expression.length() : bar;
            String tag = expression.substring(from, to).trim();
            if (!tag.isEmpty()) {
                tags.add(tag);
            }
            from = to + 2;
        }
        return tags;
    }
}
