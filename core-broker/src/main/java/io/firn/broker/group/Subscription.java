package io.firn.broker.group;

import io.firn.broker.record.RecordFilter;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.body.SubscriptionBody;
import org.jspecify.annotations.Nullable;

/** What a group wants of one topic, with the filter made once. Immutable; any thread. */
public final class Subscription {

    private final SubscriptionBody body;
    private final @Nullable RecordFilter filter;
    private final @Nullable RequestException refusal;

    private Subscription(SubscriptionBody body, @Nullable RecordFilter filter, @Nullable RequestException refusal) {
        this.body = body;
        this.filter = filter;
        this.refusal = refusal;
    }

    static Subscription of(SubscriptionBody body, FilterCompiler filters) {
        try {
            return new Subscription(body, filters.compile(body), null);
        } catch (RequestException e) {
            return new Subscription(body, null, e);
        }
    }

    public String topic() {
        return body.topic();
    }

    /** The client's version of this subscription; a pull with a newer one came too early. */
    public long version() {
        return body.subVersion();
    }

    /** As the heartbeat carried it. */
    public SubscriptionBody body() {
        return body;
    }

    /**
     * The filter for pulls.
     *
     * @throws RequestException when the expression can not be evaluated
     */
    public RecordFilter filter() {
        if (filter == null) {
            throw refusal == null ? new IllegalStateException("subscription without filter") : refusal;
        }
        return filter;
    }
}
