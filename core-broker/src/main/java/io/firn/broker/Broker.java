package io.firn.broker;

import io.firn.broker.consume.ClientHandler;
import io.firn.broker.consume.LockHandler;
import io.firn.broker.consume.OffsetHandler;
import io.firn.broker.consume.PullHandler;
import io.firn.broker.consume.RebalanceNotices;
import io.firn.broker.filter.Filters;
import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.log.Checkpoint;
import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogConfig.FlushMode;
import io.firn.broker.log.LogFlusher;
import io.firn.broker.log.LogRuntime;
import io.firn.broker.log.StoreDirectory;
import io.firn.broker.nameserver.NameServer;
import io.firn.broker.nameserver.Registrar;
import io.firn.broker.produce.SendHandler;
import io.firn.broker.produce.WriteGate;
import io.firn.broker.query.QueryHandler;
import io.firn.broker.queue.ConsumeQueues;
import io.firn.broker.queue.DispatchTargets;
import io.firn.broker.queue.Dispatcher;
import io.firn.broker.queue.KeyIndex;
import io.firn.broker.queue.LongPolls;
import io.firn.broker.queue.QueueForcer;
import io.firn.broker.queue.QueueLog;
import io.firn.broker.record.HostAddress;
import io.firn.broker.retention.DiskSpace;
import io.firn.broker.retention.Retention;
import io.firn.broker.runtime.AgentThread;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.ReadablePosition;
import io.firn.broker.runtime.TaskAgent;
import io.firn.broker.runtime.WorkerPool;
import io.firn.broker.server.BoundPorts;
import io.firn.broker.server.Connection;
import io.firn.broker.server.ConnectionListener;
import io.firn.broker.server.IoThreads;
import io.firn.broker.server.RemotingClient;
import io.firn.broker.server.RemotingServer;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.server.ServerConfig;
import io.firn.broker.topic.ConfigHome;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.wire.RequestCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole broker: opens the rooms from the ground floor up, joins them, and closes them in reverse. The only class
 * that knows every room, and known by none. {@link #open} returns when clients are served.
 */
public final class Broker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
    private static final int CONTROL_TASKS = 65_536;
    private static final int HOUSEKEEPER_TASKS = 4_096;
    private static final int READER_THREADS = 4;
    private static final int READER_TASKS = 10_000;
    private static final int ADMIN_THREADS = 2;
    private static final int ADMIN_TASKS = 1_000;
    private static final Duration FORCE_CHECK = Duration.ofSeconds(1);
    private static final long FIRST_REGISTRATION_MS = 3_000;

    private final BrokerConfigs configs;
    private final Clock clock = Clock.system();
    private final Metrics metrics = new Metrics();
    private final Faults faults = new Faults(clock, metrics);
    private final Closer closer = new Closer();
    private final CountDownLatch closed = new CountDownLatch(1);
    private String readyLine = "";

    private Broker(BrokerConfigs configs) {
        this.configs = configs;
    }

    /**
     * Opens a broker with these settings, keys as in {@code broker.conf}; it serves clients when this returns.
     *
     * @throws io.firn.broker.runtime.ConfigException naming key and value
     * @throws io.firn.broker.runtime.StorageException naming the file or directory
     * @throws io.firn.broker.server.BindException naming the port
     */
    public static Broker open(Map<String, String> settings) {
        Settings.refuseUnkeepablePromises(settings);
        ConfigView view = new ConfigView(settings);
        Broker broker = new Broker(BrokerConfigs.from(view));
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
        TaskAgent housekeeper =
                closer.add(TaskAgent.start("firn-housekeeper", HOUSEKEEPER_TASKS, clock, faults));
        TaskAgent control = closer.add(TaskAgent.start("firn-control", CONTROL_TASKS, clock, faults));
        IoThreads io = closer.add(IoThreads.open(configs.io(), clock, metrics));
        BoundPorts ports = closer.add(BoundPorts.bind(configs.server(), io));

        Store store = openStore(housekeeper);
        ConfigHome home = new ConfigHome(
                configs.broker().storeRoot().resolve("config"), control, housekeeper, clock, metrics);
        TopicRegistry topics = TopicRegistry.open(configs.topics(), home);
        GroupCoordinator groups = closer.add(GroupCoordinator.open(
                configs.groups(), home, topics, Filters::compile, new RebalanceNotices()));
        Retention retention = openRetention(store, housekeeper);
        WriteGate gate = () -> refusal(retention);
        serve(ports, store, new PullHandler.Control(topics, groups), gate);
        awaitRegistration(openNames(ports, topics, control, io));
    }

    /** The rooms that keep messages, joined. */
    private record Store(
            CommitLog log, ConsumeQueues queues, KeyIndex index, LongPolls polls, QueueLog queueLog) {}

    private Store openStore(TaskAgent housekeeper) {
        StoreDirectory directory = closer.add(StoreDirectory.open(configs.broker().storeRoot()));
        Checkpoint checkpoint = closer.add(Checkpoint.open(directory.root()));
        CommitLog log = closer.add(CommitLog.open(
                configs.log(), directory, checkpoint, new LogRuntime(clock, metrics, faults, housekeeper)));
        ConsumeQueues queues =
                closer.add(ConsumeQueues.open(configs.queue(), directory.root(), log.recovery(), metrics));
        KeyIndex index =
                closer.add(KeyIndex.open(configs.queue(), directory.root(), log.recovery(), clock, metrics));
        QueueLog queueLog = new QueueLog(queues, log);
        LongPolls polls = LongPolls.over(queueLog, configs.queue(), clock, metrics);
        openDispatcher(log, new DispatchTargets(queues, index, polls));
        QueueForcer forcer = new QueueForcer(queues, index, checkpoint, configs.queue(), clock);
        closer.add(housekeeper.every(FORCE_CHECK, forcer::forceWhenDue));
        closer.add(housekeeper.every(configs.queue().idleInterval(), queues::closeIdle));
        closer.add(housekeeper.every(configs.queue().idleInterval(), index::closeIdle));
        return new Store(log, queues, index, polls, queueLog);
    }

    /** Messages become visible once they are as safe as their producers were promised. */
    private void openDispatcher(CommitLog log, DispatchTargets targets) {
        boolean sync = configs.log().flushMode() == FlushMode.SYNC_FLUSH;
        ReadablePosition limit = sync ? log.flushed() : log.appended();
        Dispatcher dispatcher = Dispatcher.open(log, limit, targets, configs.queue(), metrics);
        AgentThread thread = closer.add(dispatcher.start(faults));
        if (sync) {
            log.onFlush(thread::wake);
        } else {
            log.onAppend(thread::wake);
        }
    }

    private Retention openRetention(Store store, TaskAgent housekeeper) {
        Retention retention = Retention.open(
                configs.retention(),
                new Retention.Stores(store.log, store.queues, store.index),
                DiskSpace.of(configs.log().directory()),
                clock,
                metrics);
        closer.add(housekeeper.every(configs.retention().period(), retention::round));
        return retention;
    }

    private Registrar openNames(BoundPorts ports, TopicRegistry topics, TaskAgent control, IoThreads io) {
        BrokerConfig broker = configs.broker();
        List<String> nameServers = broker.nameServers();
        String named = String.join(",", nameServers);
        if (nameServers.isEmpty()) {
            ServerConfig config = ServerConfig.onePort(
                    broker.bindAddress().getHostAddress(), broker.nameServerPort(), "firn.nameserver.port");
            NameServer server = closer.add(NameServer.open(config, io, control, clock));
            named = hostPort(broker.advertisedHost(), server.port());
            nameServers = List.of(named);
        }
        RemotingClient client = closer.add(RemotingClient.open(configs.client(), io, RequestRouter.empty()));
        Registrar.Identity identity = new Registrar.Identity(
                broker.clusterName(),
                broker.brokerName(),
                broker.brokerId(),
                hostPort(broker.advertisedHost(), ports.port()),
                nameServers);
        readyLine = "firn ready: broker " + identity.address() + ", name server " + named + ", admin http://127.0.0.1:1";
        return closer.add(Registrar.open(identity, configs.registration(), topics, client, control));
    }

    /** The request table: every code this broker serves, and who serves it. */
    private void serve(BoundPorts ports, Store store, PullHandler.Control control, WriteGate gate) {
        WorkerPool readers = closer.add(WorkerPool.open("firn-reader", READER_THREADS, READER_TASKS));
        ReadablePosition appended = store.log.appended();
        SendHandler sends = SendHandler.open(
                configs.sends(HostAddress.parse(hostPort(configs.broker().advertisedHost(), ports.port()))),
                new SendHandler.Stores(store.queues, store.log.writer(), gate, flusherOf(store.log)),
                control.topics(),
                clock,
                metrics);
        GroupCoordinator groups = control.groups();
        PullHandler pulls = PullHandler.open(
                configs.pulls(),
                new PullHandler.Stores(store.queueLog, store.polls, readers, appended),
                control,
                clock,
                metrics);
        RequestRouter.Builder table = RequestRouter.builder()
                .route(RequestCode.SEND_MESSAGE, sends)
                .route(RequestCode.SEND_MESSAGE_V2, sends)
                .route(RequestCode.SEND_BATCH_MESSAGE, sends)
                .route(RequestCode.PULL_MESSAGE, pulls)
                .route(RequestCode.LITE_PULL_MESSAGE, pulls)
                .notOnSecondPort(RequestCode.PULL_MESSAGE, RequestCode.LITE_PULL_MESSAGE);
        new OffsetHandler(control, store.queueLog, appended, configs.pulls()).addTo(table);
        new ClientHandler(groups.members()).addTo(table);
        new LockHandler(groups.locks()).addTo(table);
        new QueryHandler(store.log, store.queueLog, store.index).addTo(table, readers);
        closer.add(RemotingServer.open(ports, table.build(), new ConnectionListener() {
            @Override
            public void closed(Connection connection) {
                groups.members().connectionClosed(connection);
            }
        }));
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

    /** Waits until the broker is closed. */
    public void awaitClose() throws InterruptedException {
        closed.await();
    }

    /** Stops serving, brings everything to disk and lets the store go. Idempotent. */
    @Override
    public void close() {
        try {
            closer.close();
        } finally {
            closed.countDown();
        }
    }
}
