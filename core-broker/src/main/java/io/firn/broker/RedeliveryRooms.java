package io.firn.broker;

import io.firn.broker.consume.PullHandler;
import io.firn.broker.delay.Delays;
import io.firn.broker.delay.Stores;
import io.firn.broker.log.LogRuntime;
import io.firn.broker.produce.BrokerPuts;
import io.firn.broker.produce.SendHandler;
import io.firn.broker.produce.SendRewrite;
import io.firn.broker.queue.OldMessages;
import io.firn.broker.retry.Retries;
import io.firn.broker.retry.SendBackHandler;
import io.firn.broker.runtime.Closer;
import io.firn.spi.put.PutOrigin;
import java.util.concurrent.Executor;

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
                new Delays.Chores(
                        runtime.housekeeper(), store.log().flusher(), runtime.clock(), runtime.faults()),
                runtime.metrics()));
        return new RedeliveryRooms(delays, Retries.of(control.groups(), control.topics(), runtime.metrics()));
    }

    /** What sends of clients pass, in this order: a dead letter is not delayed. */
    SendRewrite ofSends() {
        return retries.deadLetters().then(delays.aside());
    }

    /**
     * Begins to deliver.
     *
     * @param readers run what may touch old data
     * @return serves consumers that give messages back
     */
    SendBackHandler start(SendHandler sends, StoreRooms store, OldMessages old, Executor readers) {
        BrokerPuts puts = sends.brokerPuts(delays.aside(), readers);
        delays.start(message -> puts.deliver(message, PutOrigin.DELAY_DELIVERY));
        return retries.handler(new SendBackHandler.Messages(store.log(), old, readers), puts::send);
    }
}
