package io.firn.broker;

import io.firn.broker.consume.PullHandler;
import io.firn.broker.delay.Delays;
import io.firn.broker.delay.Stores;
import io.firn.broker.log.LogRuntime;
import io.firn.broker.produce.BrokerPuts;
import io.firn.broker.produce.SendRewrite;
import io.firn.broker.retry.Retries;
import io.firn.broker.retry.SendBackHandler;
import io.firn.broker.runtime.Closer;
import io.firn.spi.put.PutOrigin;

/**
 * The rooms that deliver messages later, or again, joined to the path of sends: each lets some messages go aside on their
 * way in, and stores others itself. Wired on the starting thread.
 *
 * @param delays messages that ask for a delay
 * @param retries messages that could not be consumed
 */
record RedeliveryRooms(Delays delays, Retries retries) {

    /** Nothing is delivered before {@link #start}; closes with {@code closer}. */
    static RedeliveryRooms open(
            BrokerConfigs configs, StoreRooms store, PullHandler.Control control, LogRuntime runtime, Closer closer) {
        Delays delays = closer.add(Delays.open(
                configs.delays(),
                configs.broker().storeRoot().resolve("config"),
                new Stores(store.queueLog().local(), store.log(), store.polls()),
                new Delays.Chores(runtime.housekeeper(), store.log().flusher(), runtime.clock(), runtime.faults()),
                runtime.metrics()));
        return new RedeliveryRooms(delays, Retries.of(control.groups(), control.topics(), runtime.metrics()));
    }

    /**
     * What sends of clients pass, in this order: a dead letter is not delayed, nor is the first half of a transaction.
     *
     * @param halves takes first halves
     */
    SendRewrite ofSends(SendRewrite halves) {
        return retries.deadLetters().then(halves).then(delays.aside());
    }

    /**
     * Begins to deliver.
     *
     * @return serves consumers that give messages back
     */
    SendBackHandler start(BrokerPuts puts, SendBackHandler.Messages messages) {
        delays.start(message -> puts.deliver(message, PutOrigin.DELAY_DELIVERY));
        return retries.handler(messages, (message, origin) -> puts.send(message, origin, delays.aside()));
    }
}
