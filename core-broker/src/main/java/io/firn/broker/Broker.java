package io.firn.broker;

import io.firn.broker.admin.AdminConfig;
import io.firn.broker.admin.AdminHandlers;
import io.firn.broker.admin.AdminPorts;
import io.firn.broker.admin.AdminServer;
import io.firn.broker.admin.BrokerIdentity;
import io.firn.broker.admin.BrokerRooms;
import io.firn.broker.admin.Cleanup;
import io.firn.broker.admin.Health;
import io.firn.broker.admin.LogPositions;
import io.firn.broker.admin.Traffic;
import io.firn.broker.admin.TrafficCounters;
import io.firn.broker.consume.PullHandler;
import io.firn.broker.consume.RebalanceNotices;
import io.firn.broker.filter.Filters;
import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.group.GroupsConfig;
import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogConfig.FlushMode;
import io.firn.broker.log.LogFlusher;
import io.firn.broker.log.LogRuntime;
import io.firn.broker.nameserver.NameServer;
import io.firn.broker.nameserver.Registrar;
import io.firn.broker.nameserver.RegistrationConfig;
import io.firn.broker.plugin.PluginHost;
import io.firn.broker.plugin.desk.PluginCommandHandler;
import io.firn.broker.plugin.plane.DataPlane;
import io.firn.broker.pop.Pops;
import io.firn.broker.produce.BrokerPuts;
import io.firn.broker.produce.SendHandler;
import io.firn.broker.query.QueryHandler;
import io.firn.broker.record.HostAddress;
import io.firn.broker.retention.DiskSpace;
import io.firn.broker.retention.Retention;
import io.firn.broker.retention.RetentionConfig;
import io.firn.broker.retry.SendBackHandler;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.TaskAgent;
import io.firn.broker.runtime.WorkerPool;
import io.firn.broker.server.BoundPorts;
import io.firn.broker.server.Connection;
import io.firn.broker.server.ConnectionListener;
import io.firn.broker.server.IoThreads;
import io.firn.broker.server.Patience;
import io.firn.broker.server.RemotingClient;
import io.firn.broker.server.RemotingServer;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.server.ServerConfig;
import io.firn.broker.topic.ConfigHome;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.topic.TopicsConfig;
import io.firn.broker.transaction.TransactionHandler;
import io.firn.broker.transaction.Transactions;
import io.firn.broker.wire.RequestCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole broker: opens the rooms from the ground floor up, joins them, and closes them in reverse. The only class
 * that knows every room, and known by none. {@link #open} returns when clients are served.
 */
public final class Broker implements AutoCloseable {

    /** Of this software, for people. */
    static final String VERSION = "0.1.0-SNAPSHOT";

    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
    private static final int CONTROL_TASKS = 65_536;
    private static final int HOUSEKEEPER_TASKS = 4_096;
    private static final int READER_THREADS = 4;
    private static final int READER_TASKS = 10_000;
    private static final int ADMIN_THREADS = 2;
    private static final int ADMIN_TASKS = 1_000;
    private static final int DESK_THREADS = 4;
    private static final int DESK_TASKS = 64;
    private static final long FIRST_REGISTRATION_MS = 3_000;

    private final BrokerConfigs configs;
    private final ChangedSettings changed;
    private final Ground ground;
    private final Clock clock;
    private final Metrics metrics = new Metrics();
    private final Faults faults;
    private final Closer closer = new Closer();
    private final CountDownLatch closed = new CountDownLatch(1);
    private String readyLine = "";
    private @Nullable PluginRooms plugins;
    private @Nullable Bench bench;

    private Broker(BrokerConfigs configs, ChangedSettings changed, Ground ground) {
        this.configs = configs;
        this.changed = changed;
        this.ground = ground;
        this.clock = ground.clock();
        this.faults = new Faults(clock, metrics);
    }

    /**
     * Opens a broker with these settings, keys as in {@code broker.conf}; it serves clients when this returns.
     *
     * @throws io.firn.broker.runtime.ConfigException naming key and value
     * @throws io.firn.broker.runtime.StorageException naming the file or directory
     * @throws io.firn.broker.server.BindException naming the port
     */
    public static Broker open(Map<String, String> settings) {
        return open(settings, Ground.machine());
    }

    /** As {@link #open(Map)}, on another ground. */
    public static Broker open(Map<String, String> settings, Ground ground) {
        Settings.refuseUnkeepablePromises(settings);
        ChangedSettings changed = ChangedSettings.read(BrokerConfig.storeRoot(new ConfigView(settings)), settings);
        ConfigView view = new ConfigView(changed.effective());
        Broker broker = new Broker(BrokerConfigs.from(view), changed, ground);
        Settings.remarksOnUnread(view).forEach(LOG::warn);
        try {
            broker.openRooms();
            return broker;
        } catch (RuntimeException | Error e) {
            broker.closeAfter(e);
            throw e;
        }
    }

    private void closeAfter(Throwable failure) {
        try {
            closer.close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void openRooms() {
        TaskAgent housekeeper = closer.add(TaskAgent.start("firn-housekeeper", HOUSEKEEPER_TASKS, clock, faults));
        TaskAgent control = closer.add(TaskAgent.start("firn-control", CONTROL_TASKS, clock, faults));
        IoThreads io = closer.add(IoThreads.open(configs.io(), clock, metrics));
        BoundPorts ports = closer.add(BoundPorts.bind(configs.server(), io));
        ConfigHome home =
                new ConfigHome(configs.broker().storeRoot().resolve("config"), control, housekeeper, clock, metrics);
        Registrar.Identity identity = identity(ports, io, home);

        StoreRooms store =
                StoreRooms.open(configs, new LogRuntime(clock, metrics, faults, housekeeper, ground.disk()), closer);
        // not before: the store was another process's, perhaps
        changed.forgetOverruled();
        TopicRegistry topics = TopicRegistry.open(configs.topics(), home);
        closer.add(() -> topics.settled().join());
        Filters filters = new Filters(configs.filters());
        GroupCoordinator groups = closer.add(
                GroupCoordinator.open(configs.groups(), home, topics, filters::compile, new RebalanceNotices()));
        PullHandler.Control pulled = new PullHandler.Control(topics, groups, filters);
        PluginRooms plugged = openPlugins(store, pulled, housekeeper);
        plugins = plugged;
        Retention retention = openRetention(store, plugged.plane());
        RemotingClient client = closer.add(RemotingClient.open(configs.client(), io, RequestRouter.empty()));
        Registrar registrar = Registrar.open(identity, configs.registration(), topics, client, control);

        Joined joined = new Joined(identity, store, home, pulled, plugged, retention, client, registrar, control);
        PluginHost host = plugged.start(identity, closer);
        // not before plugins can say what they still need
        closer.add(housekeeper.every(configs.retention().period(), retention::round));
        AdminServer admin = openAdmin(store, plugged, retention);
        RemotingServer server = serve(ports, joined, housekeeper);
        bench = new Bench(store, retention, housekeeper, host, server);
        closer.add(store.polls()::endWaiting);
        closer.add(plugged.reads()::endWaiting);
        closer.add(registrar);
        awaitRegistration(registrar);
        readyLine = "firn ready: broker " + identity.address() + ", name server "
                + String.join(",", identity.nameServers()) + ", admin http://"
                + hostPort(configs.broker().advertisedHost(), admin.port());
    }

    /** Where plugins meet messages, queues and segments; none is started yet. */
    private PluginRooms openPlugins(StoreRooms store, PullHandler.Control control, TaskAgent housekeeper) {
        return PluginRooms.open(
                configs,
                new PluginRooms.Stores(store, control),
                new DataPlane.PlaneRuntime(clock, metrics, faults, housekeeper),
                closer);
    }

    /** Null before the broker is open. */
    @Nullable
    PluginRooms plugins() {
        return plugins;
    }

    /** What the request table is made of. */
    private record Joined(
            Registrar.Identity identity,
            StoreRooms store,
            ConfigHome home,
            PullHandler.Control control,
            PluginRooms plugins,
            Retention retention,
            RemotingClient client,
            Registrar registrar,
            TaskAgent agent) {}

    /** Who this broker is; starts the embedded name server unless there are others to register with. */
    private Registrar.Identity identity(BoundPorts ports, IoThreads io, ConfigHome home) {
        BrokerConfig broker = configs.broker();
        List<String> nameServers = broker.nameServers();
        if (nameServers.isEmpty()) {
            ServerConfig config = ServerConfig.onePort(
                    broker.bindAddress().getHostAddress(), broker.nameServerPort(), "firn.nameserver.port");
            NameServer embedded = closer.add(NameServer.open(config, io, home));
            nameServers = List.of(hostPort(broker.advertisedHost(), embedded.port()));
        }
        return new Registrar.Identity(
                broker.clusterName(),
                broker.brokerName(),
                broker.brokerId(),
                hostPort(broker.advertisedHost(), ports.port()),
                nameServers);
    }

    private Retention openRetention(StoreRooms store, DataPlane plane) {
        return Retention.open(
                configs.retention(),
                new Retention.Stores(store.log(), store.queues(), store.index(), plane.holds()),
                DiskSpace.of(configs.log().directory()),
                clock,
                metrics);
    }

    private AdminServer openAdmin(StoreRooms store, PluginRooms plugged, Retention retention) {
        Health health = new Health();
        health.watch("store", () -> condition(faults.refusal()));
        health.watch("disk", () -> condition(retention.refusal()));
        health.watch("hooks", () -> condition(plugged.plane().troubles()));
        health.watch("plugins", plugged::condition);
        return closer.add(AdminServer.open(
                new AdminConfig(configs.broker().bindAddress(), configs.broker().adminPort()),
                metrics,
                health,
                new LogPositions(store.log().appended(), store.log().flushed(), store.dispatched()),
                plugged.areas()));
    }

    private static Health.Condition condition(@Nullable String refusal) {
        return refusal == null ? Health.Condition.UP : new Health.Condition(Health.State.DEGRADED, refusal);
    }

    private static Health.Condition condition(List<String> troubles) {
        return troubles.isEmpty() ? Health.Condition.UP : Health.Condition.degraded(String.join("; ", troubles));
    }

    /** The request table: every code this broker serves, and who serves it. */
    private RemotingServer serve(BoundPorts ports, Joined rooms, TaskAgent housekeeper) {
        WorkerPool readers = closer.add(WorkerPool.open("firn-reader", READER_THREADS, READER_TASKS));
        WorkerPool operators = closer.add(WorkerPool.open("firn-admin", ADMIN_THREADS, ADMIN_TASKS));
        StoreRooms store = rooms.store;
        GroupCoordinator groups = rooms.control.groups();
        ProduceRooms produce = openProduce(rooms);
        BrokerPuts puts = produce.puts(flusherOf(store.log()), readers);
        RedeliveryRooms redelivery = openRedelivery(rooms, housekeeper);
        Transactions transactions = openTransactions(rooms, puts, readers);
        SendHandler sends = produce.sends(flusherOf(store.log()), redelivery.ofSends(transactions));
        Patience patience = WaitingLimits.of(configs.patience(), operators, clock, metrics);
        ConsumeRooms consume = ConsumeRooms.open(
                configs,
                store,
                rooms.control,
                new ConsumeRooms.Threads(readers, patience, housekeeper),
                clock,
                metrics);
        PullHandler pulls = consume.pulls();
        RequestRouter.Builder table = RequestRouter.builder()
                .patience(patience)
                .route(RequestCode.SEND_MESSAGE, sends)
                .route(RequestCode.SEND_MESSAGE_V2, sends)
                .route(RequestCode.SEND_BATCH_MESSAGE, sends);
        consume.addTo(table);
        produce.replies(puts).addTo(table);
        redelivery.start(
                puts,
                new SendBackHandler.Messages(store.log(), rooms.plugins.reads().oldMessages(), readers),
                table,
                flusherOf(store.log()));
        Pops pops = new PopRooms(store, rooms.control, rooms.identity, readers, rooms.home, rooms.client)
                .open(configs, puts, new Pops.Life(clock, metrics, faults), table, closer);
        new QueryHandler(
                        store.log(),
                        store.queueLog(),
                        store.index(),
                        rooms.plugins.reads().oldMessages())
                .addTo(table, readers);
        new TransactionHandler(transactions, recent(store.log()), flusherOf(store.log()))
                .addTo(table, readers, patience);
        new PluginCommandHandler(rooms.plugins.desk())
                .addTo(table, closer.add(WorkerPool.open("firn-plugin-desk", DESK_THREADS, DESK_TASKS)));
        new AdminHandlers(operatedRooms(rooms), operatorPorts(rooms, sends, consume, housekeeper))
                .addTo(table, operators);
        return closer.add(RemotingServer.open(ports, table.build(), new ConnectionListener() {
            @Override
            public void closed(Connection connection) {
                groups.members().connectionClosed(connection);
                store.polls().clientGone(connection);
                pulls.connectionClosed(connection);
                pops.connectionClosed();
            }
        }));
    }

    private ProduceRooms openProduce(Joined rooms) {
        return new ProduceRooms(
                configs,
                rooms.store,
                rooms.control,
                HostAddress.parse(rooms.identity.address()),
                rooms.plugins.plane(),
                () -> refusal(rooms.retention),
                clock,
                metrics);
    }

    private RedeliveryRooms openRedelivery(Joined rooms, TaskAgent housekeeper) {
        return RedeliveryRooms.open(
                configs,
                rooms.store,
                rooms.control,
                new LogRuntime(clock, metrics, faults, housekeeper, ground.disk()),
                closer);
    }

    private Transactions openTransactions(Joined rooms, BrokerPuts puts, WorkerPool readers) {
        return closer.add(Transactions.open(
                configs.transactions(),
                new Transactions.Stores(
                        rooms.store.log(),
                        rooms.store.queueLog().local(),
                        new OwnAppends(puts),
                        HostAddress.parse(rooms.identity.address())),
                new Transactions.Ports(rooms.control.groups(), rooms.control.topics(), rooms.agent, readers),
                clock,
                metrics));
    }

    private BrokerRooms operatedRooms(Joined rooms) {
        Registrar.Identity self = rooms.identity;
        return new BrokerRooms(
                new BrokerIdentity(self.clusterName(), self.brokerName(), self.address(), VERSION, clock.millis()),
                rooms.control.topics(),
                rooms.control.groups(),
                new BrokerRooms.Stored(rooms.store.log(), rooms.store.queues(), rooms.store.queueLog()),
                clock);
    }

    private AdminPorts operatorPorts(Joined rooms, SendHandler sends, ConsumeRooms consume, TaskAgent housekeeper) {
        PullHandler pulls = consume.pulls();
        TrafficCounters counters =
                new TrafficCounters(sends::messages, sends::bytes, pulls::messages, pulls::found, pulls::missed);
        Cleanup cleanup = new Cleanup() {
            @Override
            public void dropExpiredSegments() {
                rooms.retention.askRound();
                housekeeper.execute(rooms.retention::round);
            }

            @Override
            public void dropExpiredQueueFiles() {
                housekeeper.execute(rooms.retention::dropQueueFiles);
            }
        };
        return new AdminPorts(
                changed -> rooms.plugins.reads().opened(changed).thenCompose(done -> rooms.registrar.announce(changed)),
                cleanup,
                closer.add(Traffic.open(counters, rooms.control.groups().deliveries(), clock, housekeeper)),
                liveSettings(rooms, consume));
    }

    /** Which settings may change while the broker runs, and who goes by them. */
    private LiveSettings liveSettings(Joined rooms, ConsumeRooms consume) {
        List<LiveSettings.Room> live = new ArrayList<>(consume.live());
        live.add(new LiveSettings.Room(RetentionConfig.LIVE, now -> rooms.retention.adopt(now.retention())));
        live.add(new LiveSettings.Room(
                TopicsConfig.LIVE, now -> rooms.control.topics().adopt(now.topics())));
        live.add(new LiveSettings.Room(
                GroupsConfig.LIVE, now -> rooms.control.groups().adopt(now.groups())));
        live.add(new LiveSettings.Room(RegistrationConfig.LIVE, now -> rooms.registrar.adopt(now.registration())));
        return new LiveSettings(configs, changed, live, clock);
    }

    /** Whether what lies at a position of the log may be read on io threads. */
    private LongPredicate recent(CommitLog log) {
        long hotBytes = configs.pulls().hotBytes().toBytes();
        return position -> log.appended().get() - position <= hotBytes;
    }

    private @Nullable LogFlusher flusherOf(CommitLog log) {
        return configs.log().flushMode() == FlushMode.SYNC_FLUSH ? log.flusher() : null;
    }

    private @Nullable String refusal(Retention retention) {
        String fault = faults.refusal();
        return fault == null ? retention.refusal() : fault;
    }

    /** Clients ask name servers: the broker is ready when they know it, or when waiting longer would not help. */
    private static void awaitRegistration(Registrar registrar) {
        try {
            registrar.registered().get(FIRST_REGISTRATION_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("not every name server knows this broker yet; it is told again and again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String hostPort(String host, int port) {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /** The one line that says where everything is: {@code firn ready: broker HOST:PORT, name server …, admin …}. */
    public String readyLine() {
        return readyLine;
    }

    /** For tests of plugins. */
    public Bench bench() {
        Bench open = bench;
        if (open == null) {
            throw new IllegalStateException("the broker is not open");
        }
        return open;
    }

    /**
     * Ends as the end of its process does, as far as that goes within one: cuts all clients off, so that nothing is
     * acknowledged any more, and runs {@code moment}, in which the caller takes a copy of the store; what happens to the
     * store afterwards is of no account. Plugins are not asked to stop: their threads are interrupted. For tests.
     */
    public void crash(Runnable moment) {
        Bench open = bench();
        open.cut();
        moment.run();
        open.plugins().abandon();
        close();
    }

    /** Waits until the broker is closed. */
    public void awaitClose() throws InterruptedException {
        closed.await();
    }

    /** Stops serving, brings everything to disk and lets the store go. Idempotent; a second caller waits for the first. */
    @Override
    public synchronized void close() {
        try {
            closer.close();
        } finally {
            closed.countDown();
        }
    }
}
