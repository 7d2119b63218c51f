package io.firn.broker;

import io.firn.broker.admin.Health;
import io.firn.broker.admin.HttpArea;
import io.firn.broker.consume.PullHandler;
import io.firn.broker.nameserver.Registrar;
import io.firn.broker.plugin.PluginHost;
import io.firn.broker.plugin.PluginPorts;
import io.firn.broker.plugin.context.ContextPorts;
import io.firn.broker.plugin.context.HealthParts;
import io.firn.broker.plugin.desk.OperatorDesk;
import io.firn.broker.plugin.desk.Operators;
import io.firn.broker.plugin.local.LocalReaders;
import io.firn.broker.plugin.plane.DataPlane;
import io.firn.broker.plugin.read.ReadSources;
import io.firn.broker.plugin.store.AuditLog;
import io.firn.broker.plugin.view.Groups;
import io.firn.broker.plugin.view.TopicRulesSink;
import io.firn.broker.plugin.view.Topics;
import io.firn.broker.runtime.Closer;
import io.firn.broker.topic.TopicRegistry;
import io.firn.spi.BrokerRole;
import io.firn.spi.BrokerView;
import io.firn.spi.RoleListener;
import io.firn.spi.contract.Registration;
import io.firn.spi.topic.QueueRef;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that has to do with plugins, joined: where they meet the broker, opened with the stores, and the host that starts
 * them, opened when everything they may ask is there. Wired on the starting thread.
 */
final class PluginRooms {

    private final BrokerConfigs configs;
    private final Stores stores;
    private final DataPlane.PlaneRuntime runtime;
    private final Topics topics;
    private final DataPlane plane;
    private final ReadSources reads;
    private final OperatorDesk desk;
    private final AuditLog audit;
    private @Nullable PluginHost host;

    /** What plugins look at. */
    record Stores(StoreRooms rooms, PullHandler.Control control) {}

    private PluginRooms(
            BrokerConfigs configs, Stores stores, DataPlane.PlaneRuntime runtime, Topics topics, Closer closer) {
        this.configs = configs;
        this.stores = stores;
        this.runtime = runtime;
        this.topics = topics;
        this.audit = new AuditLog(configs.plugins().state(), runtime.clock());
        TopicRegistry registry = stores.control().topics();
        this.plane = closer.add(DataPlane.open(
                configs.guards(), new DataPlane.Stores(stores.rooms().log(), topics::find), runtime, audit::note));
        registry.onChange(change -> plane.topicChanged(change.name()));
        this.reads = closer.add(ReadSources.open(
                configs.reads(),
                stores.rooms().queueLog().local(),
                registry,
                topics::toSpi,
                new ReadSources.Measures(plane.guards(), runtime.metrics())));
        reads.remember(configs.plugins().state());
        stores.rooms().queueLog().extendBy(reads);
        stores.rooms().queues().keepAbove(reads);
        this.desk = new OperatorDesk(Operators.of(configs.plugins().operators()), runtime.clock(), audit, plane);
    }

    private static Topics.Following following(BrokerConfigs configs) {
        return configs.broker().isReadOnly() ? Topics.Following.ALLOWED : Topics.Following.FORBIDDEN;
    }

    /** Everything but the host; closes with {@code closer}. */
    static PluginRooms open(BrokerConfigs configs, Stores stores, DataPlane.PlaneRuntime runtime, Closer closer) {
        Topics topics = Topics.open(stores.control().topics(), configs.plugins().state(), following(configs));
        return new PluginRooms(configs, stores, runtime, topics, closer);
    }

    /**
     * Starts the plugins; they stop first of all that {@code closer} has then.
     *
     * @throws io.firn.broker.plugin.jar.PluginException when one that is required is not active
     */
    PluginHost start(Registrar.Identity self, Closer closer) {
        LocalReaders readers = LocalReaders.of(
                stores.rooms().log(),
                stores.rooms().queues(),
                stores.rooms().queueLog().local(),
                runtime.metrics());
        TopicRegistry registry = stores.control().topics();
        ContextPorts context = new ContextPorts(
                thread -> new Self(self, configs.broker()),
                ref -> readers.reader(ref.id()),
                topics::viewFor,
                new Groups(stores.control().groups(), this::endOf, following(configs)),
                runtime.clock(),
                ref -> readers.end(ref.id()));
        PluginHost opened = closer.add(PluginHost.open(
                configs.plugins(),
                new PluginPorts(
                        context,
                        List.of(new TopicRulesSink(registry.added(), topics), plane, reads, desk),
                        runtime.metrics(),
                        runtime.clock(),
                        runtime.faults(),
                        audit,
                        System.getenv())));
        host = opened;
        if (stores.rooms().log().isUnused() && !configs.broker().isReadOnly()) {
            stores.rooms().log().beginAbove(reads.positionFloor());
        }
        desk.serve(opened);
        return opened;
    }

    /** The offset that the queue's next message gets: on an empty disk plugins know it, files do not. */
    private long endOf(QueueRef queue) {
        long local = stores.rooms().queueLog().local().maxOffset(queue.topic(), queue.queueId());
        return Math.max(local, reads.of(queue.topic(), queue.queueId()));
    }

    DataPlane plane() {
        return plane;
    }

    ReadSources reads() {
        return reads;
    }

    /** What operators ask, for the request table. */
    OperatorDesk desk() {
        return desk;
    }

    /** How the plugins are. */
    Health.Condition condition() {
        PluginHost running = host;
        if (running == null) {
            return Health.Condition.UP;
        }
        HealthParts.Part part = running.health();
        return switch (part.level()) {
            case UP -> Health.Condition.UP;
            case DEGRADED -> Health.Condition.degraded(part.reason());
            case DOWN -> Health.Condition.down(part.reason());
        };
    }

    /** What the admin server asks this room: everything under {@code /v1/plugins}, and the latest message of a key. */
    Map<String, HttpArea> areas() {
        return Map.of(LatestArea.PATH, new LatestArea(reads), "/v1/plugins", call -> {
            OperatorDesk.Answer answer = desk.answer(new OperatorDesk.Ask(
                    call.method(), call.rest(), call.query(), call.headers(), call.body(), call.origin()));
            return new HttpArea.Answer(answer.status(), answer.type(), answer.body()::writeTo);
        });
    }

    /** This broker as plugins see it; its role does not change yet. */
    private record Self(Registrar.Identity identity, BrokerConfig config) implements BrokerView {

        @Override
        public String cluster() {
            return identity.clusterName();
        }

        @Override
        public String name() {
            return identity.brokerName();
        }

        @Override
        public long id() {
            return identity.brokerId();
        }

        @Override
        public String version() {
            return Broker.VERSION;
        }

        @Override
        public BrokerRole role() {
            if (config.isReadOnly()) {
                return BrokerRole.READER;
            }
            return identity.brokerId() == 0 ? BrokerRole.PRIMARY : BrokerRole.REPLICA;
        }

        @Override
        public Path storeDir() {
            return config.storeRoot();
        }

        @Override
        public Registration onRoleChange(RoleListener listener) {
            return () -> {
                // nobody is ever told: there is no change
            };
        }
    }
}
