package io.firn.broker;

import io.firn.broker.consume.PullHandler;
import io.firn.broker.nameserver.Registrar;
import io.firn.broker.pop.AssignmentHandler;
import io.firn.broker.pop.Pops;
import io.firn.broker.produce.BrokerPuts;
import io.firn.broker.record.HostAddress;
import io.firn.broker.runtime.Closer;
import io.firn.broker.server.RemotingClient;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.topic.ConfigHome;
import io.firn.spi.put.PutOrigin;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Pop consumption, joined to the store, to the path into the log and to the name servers. Wired on the starting thread.
 *
 * @param control topics and groups
 * @param readers run what may touch old data
 * @param home where request modes are kept
 */
record PopRooms(
        StoreRooms store,
        PullHandler.Control control,
        Registrar.Identity identity,
        Executor readers,
        ConfigHome home,
        RemotingClient client) {

    /** Opens the room and adds its codes to the request table; closes with {@code closer}. */
    Pops open(BrokerConfigs configs, BrokerPuts puts, Pops.Life life, RequestRouter.Builder table, Closer closer) {
        Pops.Control known = new Pops.Control(control.topics(), control.groups(), control.filters());
        Pops pops = closer.add(Pops.open(
                configs.pops(),
                new Pops.Stores(
                        store.queueLog(),
                        store.log(),
                        store.polls(),
                        readers,
                        message -> puts.deliver(message, PutOrigin.RETRY)),
                known,
                new Pops.Self(
                        identity.clusterName(),
                        identity.brokerName(),
                        HostAddress.parse(identity.address()),
                        configs.pulls().hotBytes().toBytes(),
                        configs.pulls().defaultBytes().toIntBytes()),
                life));
        pops.addTo(table);
        AssignmentHandler.open(
                        configs.pops(),
                        known,
                        new AssignmentHandler.Routes(
                                identity.brokerName(), client, List.copyOf(identity.nameServers())),
                        home)
                .addTo(table);
        return pops;
    }
}
