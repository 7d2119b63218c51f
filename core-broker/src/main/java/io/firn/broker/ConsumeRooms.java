package io.firn.broker;

import io.firn.broker.consume.ClientHandler;
import io.firn.broker.consume.LockHandler;
import io.firn.broker.consume.OffsetHandler;
import io.firn.broker.consume.PullConfig;
import io.firn.broker.consume.PullHandler;
import io.firn.broker.consume.SlowGroups;
import io.firn.broker.consume.SlowGroupsConfig;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.TaskAgent;
import io.firn.broker.runtime.WorkerPool;
import io.firn.broker.server.Patience;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.RequestCode;
import java.util.List;

/**
 * Consumption by pulls, joined to the store and to the groups. Wired on the starting thread.
 *
 * @param slow switches off who is too far behind
 */
record ConsumeRooms(
        BrokerConfigs configs, StoreRooms store, PullHandler.Control control, PullHandler pulls, SlowGroups slow) {

    /**
     * Where pulls that may wait are served.
     *
     * @param readers may wait for the disk
     * @param patience for how long a request may wait for them
     * @param housekeeper looks after groups
     */
    record Threads(WorkerPool readers, Patience patience, TaskAgent housekeeper) {}

    static ConsumeRooms open(
            BrokerConfigs configs,
            StoreRooms store,
            PullHandler.Control control,
            Threads threads,
            Clock clock,
            Metrics metrics) {
        PullHandler pulls = PullHandler.open(
                configs.pulls(),
                new PullHandler.Stores(
                        store.queueLog(),
                        store.polls(),
                        threads.readers,
                        threads.patience,
                        store.log().appended()),
                control,
                clock,
                metrics);
        SlowGroups slow = new SlowGroups(
                configs.slowGroups(), store.queueLog(), store.log().appended(), control.groups(), metrics);
        threads.housekeeper.every(configs.slowGroups().interval(), slow::round);
        return new ConsumeRooms(configs, store, control, pulls, slow);
    }

    /** Adds the codes of consumers to the request table. */
    void addTo(RequestRouter.Builder table) {
        table.route(RequestCode.PULL_MESSAGE, pulls)
                .route(RequestCode.LITE_PULL_MESSAGE, pulls)
                .notOnSecondPort(RequestCode.PULL_MESSAGE, RequestCode.LITE_PULL_MESSAGE);
        new OffsetHandler(control, store.queueLog(), store.log().appended(), configs.pulls()).addTo(table);
        new ClientHandler(control.groups().members(), control.filters()).addTo(table);
        new LockHandler(control.groups().locks()).addTo(table);
    }

    /** Which of their settings may change while the broker runs. */
    List<LiveSettings.Room> live() {
        return List.of(
                new LiveSettings.Room(PullConfig.LIVE, now -> pulls.adopt(now.pulls())),
                new LiveSettings.Room(SlowGroupsConfig.LIVE, now -> slow.adopt(now.slowGroups())));
    }
}
