package io.firn.broker.admin;

import io.firn.broker.server.RequestRouter;
import java.util.concurrent.Executor;

/** All request codes of this room. They may fault pages in and touch files, so they are served on a pool. */
public final class AdminHandlers {

    private final BrokerRooms rooms;
    private final AdminPorts ports;

    /** Handlers over these rooms. */
    public AdminHandlers(BrokerRooms rooms, AdminPorts ports) {
        this.rooms = rooms;
        this.ports = ports;
    }

    /** Adds the codes to the request table. */
    public void addTo(RequestRouter.Builder table, Executor pool) {
        new TopicChangeHandler(rooms, ports.announcer()).addTo(table, pool);
        new TopicConfigHandler(rooms).addTo(table, pool);
        new TopicStatsHandler(rooms).addTo(table, pool);
        new GroupChangeHandler(rooms).addTo(table, pool);
        new GroupConfigHandler(rooms).addTo(table, pool);
        new ClientsHandler(rooms).addTo(table, pool);
        new ConsumeStatsHandler(rooms, ports.traffic()).addTo(table, pool);
        new ResetOffsetHandler(rooms).addTo(table, pool);
        new OffsetTransferHandler(rooms).addTo(table, pool);
        new ConsumerRelayHandler(rooms).addTo(table, pool);
        new ConsumerStatusHandler(rooms).addTo(table, pool);
        new BrokerStateHandler(rooms, ports.traffic()).addTo(table, pool);
        new BrokerStatsHandler(rooms, ports.traffic()).addTo(table, pool);
        new BrokerConfigHandler(ports.settings()).addTo(table, pool);
        new QueueEntriesHandler(rooms).addTo(table, pool);
        new CleanupHandler(ports.cleanup()).addTo(table, pool);
    }
}
