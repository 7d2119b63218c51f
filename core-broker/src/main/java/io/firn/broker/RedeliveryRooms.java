package io.firn.broker;

import io.firn.broker.consume.PullHandler;
import io.firn.broker.delay.Delays;
import io.firn.broker.delay.Stores;
import io.firn.broker.log.LogFlusher;
import io.firn.broker.log.LogRuntime;
import io.firn.broker.produce.BrokerPuts;
import io.firn.broker.produce.SendRewrite;
import io.firn.broker.retry.Retries;
import io.firn.broker.retry.SendBackHandler;
import io.firn.broker.runtime.Closer;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.timer.Timers;
import io.firn.broker.topic.TopicRegistry;
import io.firn.spi.put.PutOrigin;
import org.jspecify.annotations.Nullable;

/**
 * The rooms that deliver messages later, or again, joined to the path of sends: each lets some messages go aside on their
 * way in, and stores others itself. Wired on the starting thread.
 *
 * @param delays messages that ask for a delay
 * @param timers messages that name a time
 * @param retries messages that could not be consumed
 */
record RedeliveryRooms(Delays delays, Timers timers, Retries retries, TopicRegistry topics) {

    /** Nothing is delivered before {@link #start}; closes with {@code closer}. */
    static RedeliveryRooms open(
            BrokerConfigs configs, StoreRooms store, PullHandler.Control control, LogRuntime runtime, Closer closer) {
        Delays delays = closer.add(Delays.open(
                configs.delays(),
                configs.broker().storeRoot().resolve("config"),
                new Stores(store.queueLog().local(), store.log(), store.polls()),
                new Delays.Chores(runtime.housekeeper(), store.log().flusher(), runtime.clock(), runtime.faults()),
                runtime.metrics()));
        Timers timers = closer.add(Timers.open(
                configs.timers(),
                configs.broker().storeRoot(),
                new io.firn.broker.timer.Stores(store.queueLog().local(), store.log(), store.polls()),
                new Timers.Chores(runtime.housekeeper(), store.log().flusher(), runtime.clock(), runtime.faults()),
                runtime.metrics()));
        Retries retries = Retries.of(control.groups(), control.topics(), runtime.metrics());
        return new RedeliveryRooms(delays, timers, retries, control.topics());
    }

    /**
     * What sends of clients pass, in this order: a dead letter is not delayed, nor is the first half of a
     * transaction, and a level is stronger than a time.
     *
     * @param halves takes first halves
     */
    SendRewrite ofSends(SendRewrite halves) {
        return retries.deadLetters().then(halves).then(delays.aside()).then(timers.aside());
    }

    /**
     * Begins to deliver, and serves consumers that give messages back and producers that recall them.
     *
     * @param answers asked before an answer when answers promise the disk; null when they do not
     */
    void start(
            BrokerPuts puts,
            SendBackHandler.Messages messages,
            RequestRouter.Builder table,
            @Nullable LogFlusher answers) {
        delays.start(message -> puts.deliver(message, PutOrigin.DELAY_DELIVERY));
        DueAppends due = new DueAppends(puts);
        timers.start(due);
        timers.addTo(table, topics, due, answers);
        retries.handler(messages, (message, origin) -> puts.send(message, origin, delays.aside()))
                .addTo(table);
    }
}
