package io.firn.broker.group;

import io.firn.broker.record.RecordFilter;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.body.SubscriptionBody;

/** Makes a filter of a subscription: the port through which this room reaches the one that knows expressions. */
@FunctionalInterface
public interface FilterCompiler {

    /**
     * Runs on {@code firn-control}; must not block.
     *
     * @throws RequestException when the expression can not be evaluated: told to those who pull with it
     */
    RecordFilter compile(SubscriptionBody subscription);
}
