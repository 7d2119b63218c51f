package io.firn.broker.filter;

import io.firn.broker.filter.FilterConfig.Languages;
import io.firn.broker.filter.sql.SqlFilter;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.SubscriptionBody;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From subscription expressions to filters. A {@code TAG} expression is {@code *} (or nothing) for every message, or
 * tags with {@code ||} between them; an {@code SQL92} one is a condition on properties, where those are switched on. Any
 * thread; results are immutable.
 */
public final class Filters {

    private static final String TAG = "TAG";
    private static final String SQL92 = "SQL92";
    private static final String EVERYTHING = "*";

    private final FilterConfig config;

    public Filters(FilterConfig config) {
        this.config = config;
    }

    /** Whether this expression type selects by tags; a client that names none means tags. */
    public static boolean isTagType(@Nullable String expressionType) {
        return expressionType == null || expressionType.isEmpty() || expressionType.equals(TAG);
    }

    /**
     * The filter of an expression carried by a pull.
     *
     * @throws RequestException SUBSCRIPTION_PARSE_FAILED for an expression without a tag, one that is no SQL92 condition,
     *     or a type that is neither; SYSTEM_ERROR when only tags are switched on
     */
    public RecordFilter compile(@Nullable String expressionType, @Nullable String expression) {
        return isTagType(expressionType)
                ? compileTags(expression)
                : compileSql(String.valueOf(expressionType), expression == null ? "" : expression);
    }

    /**
     * The filter of a subscription carried by a heartbeat: of tags the hashes that the client sent, else what its
     * expression says.
     *
     * @throws RequestException FILTER_DATA_NOT_EXIST for a condition that can not be read, otherwise as
     *     {@link #compile(String, String)}
     */
    public RecordFilter compile(SubscriptionBody subscription) {
        if (!isTagType(subscription.expressionType())) {
            return compileOfHeartbeat(subscription);
        }
        boolean everything = subscription.classFilterMode() || EVERYTHING.equals(subscription.subString());
        if (!everything && !subscription.codeSet().isEmpty()) {
            return new TagFilter(
                    subscription.codeSet().stream().mapToInt(Integer::intValue).toArray());
        }
        return everything ? RecordFilter.ALL : compileTags(subscription.subString());
    }

    /**
     * Says whether a client may subscribe so; tags are not looked at.
     *
     * @throws RequestException as {@link #compile(String, String)}
     */
    public void check(SubscriptionBody subscription) {
        if (!isTagType(subscription.expressionType())) {
            compileSql(subscription.expressionType(), subscription.subString());
        }
    }

    private static RecordFilter compileTags(@Nullable String expression) {
        if (expression == null || expression.isEmpty() || expression.equals(EVERYTHING)) {
            return RecordFilter.ALL;
        }
        List<String> tags = tagsOf(expression);
        if (tags.isEmpty()) {
            throw unreadable(
                    "subscription expression '" + expression + "' names no tag: use * or tags with || between them");
        }
        return new TagFilter(tags.stream().mapToInt(String::hashCode).toArray());
    }

    private RecordFilter compileSql(String type, String expression) {
        if (config.languages() == Languages.TAGS) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR, "The broker does not support consumer to filter message by " + type);
        }
        if (!type.equals(SQL92)) {
            throw unreadable("expressions of type " + type + " are not known: expected " + TAG + " or " + SQL92);
        }
        return SqlFilter.compile(expression);
    }

    /** RocketMQ tells pushed-to consumers of a bad condition with a code of its own. */
    private RecordFilter compileOfHeartbeat(SubscriptionBody subscription) {
        try {
            return compileSql(subscription.expressionType(), subscription.subString());
        } catch (RequestException e) {
            if (e.code() != ResponseCode.SUBSCRIPTION_PARSE_FAILED) {
                throw e;
            }
            throw new RequestException(
                    ResponseCode.FILTER_DATA_NOT_EXIST,
                    "The broker's consumer filter data is not exist!Your expression may be wrong! " + e.getMessage());
        }
    }

    private static RequestException unreadable(String why) {
        return new RequestException(ResponseCode.SUBSCRIPTION_PARSE_FAILED, why);
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
