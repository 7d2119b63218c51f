package io.firn.broker.admin;

import io.firn.broker.filter.FilterConfig;
import io.firn.broker.filter.Filters;
import io.firn.broker.group.ClientLink;
import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.group.GroupsConfig;
import io.firn.broker.log.Checkpoint;
import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogConfig;
import io.firn.broker.log.LogRuntime;
import io.firn.broker.log.StoreDirectory;
import io.firn.broker.queue.ConsumeQueues;
import io.firn.broker.queue.DispatchTargets;
import io.firn.broker.queue.Dispatcher;
import io.firn.broker.queue.KeyIndex;
import io.firn.broker.queue.LongPolls;
import io.firn.broker.queue.QueueConfig;
import io.firn.broker.queue.QueueLog;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.RecordEncoder;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.FaultHandler;
import io.firn.broker.runtime.ManualClock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.TaskAgent;
import io.firn.broker.runtime.WorkerPool;
import io.firn.broker.server.ClientConfig;
import io.firn.broker.server.ConnectionListener;
import io.firn.broker.server.IoConfig;
import io.firn.broker.server.IoThreads;
import io.firn.broker.server.LaterReply;
import io.firn.broker.server.RemotingClient;
import io.firn.broker.server.RemotingServer;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.server.ServerConfig;
import io.firn.broker.topic.ConfigHome;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.topic.TopicsConfig;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.LanguageCode;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.body.DataVersion;
import io.firn.broker.wire.body.HeartbeatBody;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** The admin handlers over real rooms in a temporary directory, asked over a real socket. Store time is the test's. */
final class AdminRoom implements AutoCloseable {

    static final String BROKER = "broker-t";
    static final String CLUSTER = "cluster-t";
    static final String ADDRESS = "127.0.0.1:10911";
    static final long NOW_MS = 1_700_000_000_000L;

    final ManualClock clock = new ManualClock(NOW_MS);
    final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    final Queue<List<Topic>> announced = new ConcurrentLinkedQueue<>();
    final Queue<String> cleanups = new ConcurrentLinkedQueue<>();
    final AtomicLong putMessages = new AtomicLong();
    final AtomicLong gotMessages = new AtomicLong();
    final Metrics metrics = new Metrics();
    final TopicRegistry topics;
    final GroupCoordinator groups;
    final CommitLog log;
    final ConsumeQueues queues;
    final Traffic traffic;
    final WrittenSettings settings = new WrittenSettings();
    final ConsumerSide consumer = new ConsumerSide();
    private final Dispatcher dispatcher;
    private final RecordEncoder encoder = new RecordEncoder(HostAddress.parse(ADDRESS), 4 << 20);
    private final RemotingClient client;
    private final String address;
    private final Closer closer = new Closer();

    private AdminRoom(Path root, Map<String, String> given) {
        ConfigView view = new ConfigView(given);
        FaultHandler onFault = (component, cause) -> faults.add(cause);
        try {
            TaskAgent housekeeper = closer.add(TaskAgent.start("test-housekeeper", 1024, Clock.system(), onFault));
            TaskAgent control = closer.add(TaskAgent.start("test-control", 1024, Clock.system(), onFault));
            StoreDirectory directory = closer.add(StoreDirectory.open(root));
            Checkpoint checkpoint = closer.add(Checkpoint.open(root));
            log = closer.add(CommitLog.open(
                    LogConfig.from(view), directory, checkpoint, new LogRuntime(clock, metrics, onFault, housekeeper)));
            QueueConfig config = QueueConfig.from(view);
            queues = closer.add(ConsumeQueues.open(config, root, log, metrics));
            KeyIndex index = closer.add(KeyIndex.open(config, root, queues, clock, metrics));
            QueueLog reader = new QueueLog(queues, log);
            LongPolls polls = LongPolls.over(reader, config, clock, metrics);
            dispatcher =
                    Dispatcher.open(log, log.appended(), new DispatchTargets(queues, index, polls), config, metrics);
            closer.add(dispatcher::onClose);
            ConfigHome home = new ConfigHome(root.resolve("config"), control, housekeeper, clock, metrics);
            topics = TopicRegistry.open(TopicsConfig.from(view, BROKER, CLUSTER), home);
            Filters filters = new Filters(FilterConfig.from(view));
            groups = closer.add(
                    GroupCoordinator.open(GroupsConfig.from(view), home, topics, filters::compile, group -> {}));
            traffic = closer.add(Traffic.open(
                    new TrafficCounters(
                            putMessages::get, () -> putMessages.get() * 100, gotMessages::get, () -> 0, () -> 0),
                    groups.deliveries(),
                    clock,
                    housekeeper));
            BrokerRooms rooms = new BrokerRooms(
                    new BrokerIdentity(CLUSTER, BROKER, ADDRESS, "1.2.3", NOW_MS - 3_723_000),
                    topics,
                    groups,
                    new BrokerRooms.Stored(log, queues, reader),
                    clock);
            AdminPorts ports = new AdminPorts(
                    changed -> {
                        announced.add(changed);
                        return CompletableFuture.completedFuture(null);
                    },
                    new RecordingCleanup(cleanups),
                    traffic,
                    settings);
            RequestRouter.Builder table = RequestRouter.builder();
            new AdminHandlers(rooms, ports).addTo(table, closer.add(WorkerPool.open("test-admin", 2, 100)));
            table.route(RequestCode.HEART_BEAT, (request, from) -> {
                int version = request.ext().intOr("claimedVersion", request.version());
                String claimed = request.ext().get("claimedLanguage");
                LanguageCode language = claimed == null ? request.language() : LanguageCode.valueOf(claimed);
                HeartbeatBody body = Json.decode(request.bodyBytes(), HeartbeatBody.class);
                return LaterReply.to(
                        request,
                        from,
                        groups.members()
                                .heartbeat(new ClientLink(from, language, version), body)
                                .thenApply(done -> Reply.Now.ok()));
            });
            IoThreads io = closer.add(IoThreads.open(IoConfig.from(view), Clock.system(), metrics));
            RemotingServer server = closer.add(RemotingServer.open(
                    ServerConfig.onePort("127.0.0.1", 0, "test"), io, table.build(), ConnectionListener.NONE));
            client = closer.add(RemotingClient.open(ClientConfig.defaults(), io, consumer.router()));
            address = "127.0.0.1:" + server.port();
        } catch (RuntimeException e) {
            closer.close();
            throw e;
        }
    }

    static AdminRoom open(Path root, String... settings) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("storePathRootDir", root.toString());
        values.put("mappedFileSizeCommitLog", "65536");
        values.put("firn.log.populateAhead", "64KiB");
        values.put("mappedFileSizeConsumeQueue", "2000");
        values.put("maxHashSlotNum", "100");
        values.put("maxIndexNum", "400");
        for (String setting : settings) {
            int at = setting.indexOf('=');
            values.put(setting.substring(0, at), setting.substring(at + 1));
        }
        return new AdminRoom(root, values);
    }

    /** Settings of which none has to be checked. */
    static final class WrittenSettings implements SettingsDesk {
        private Settings now = new Settings(
                new TreeMap<>(Map.of("brokerName", BROKER, "storePathRootDir", "C:\\data")), DataVersion.first(NOW_MS));

        @Override
        public synchronized Settings now() {
            return now;
        }

        @Override
        public synchronized Settings change(SortedMap<String, String> wished) {
            SortedMap<String, String> next = new TreeMap<>(now.values());
            next.putAll(wished);
            now = new Settings(next, now.version().next(NOW_MS));
            return now;
        }
    }

    private record RecordingCleanup(Queue<String> asked) implements Cleanup {
        @Override
        public void dropExpiredSegments() {
            asked.add("segments");
        }

        @Override
        public void dropExpiredQueueFiles() {
            asked.add("queue files");
        }
    }

    /** Asks with {@code key, value, …} as ext fields. */
    RemotingCommand ask(int code, String... fields) {
        return askWithBody(code, "", fields);
    }

    RemotingCommand askWithBody(int code, String body, String... fields) {
        return client.call(
                        address,
                        code,
                        out -> {
                            for (int i = 0; i < fields.length; i += 2) {
                                out.put(ExtKey.of(fields[i]), fields[i + 1]);
                            }
                        },
                        body.getBytes(StandardCharsets.UTF_8),
                        Duration.ofSeconds(30))
                .join();
    }

    <T> T bodyOf(RemotingCommand answer, Class<T> type) {
        return Json.decode(answer.bodyBytes(), type);
    }

    static String text(RemotingCommand answer) {
        return new String(answer.bodyBytes(), StandardCharsets.UTF_8);
    }

    void createTopic(String name, int queues) {
        topics.put(Topic.of(name, queues, Topic.READ | Topic.WRITE)).join();
    }

    /** Stores a message and makes it visible. */
    void store(String topic, int queueId, String body, String... properties) {
        StringBuilder text = new StringBuilder();
        for (String property : properties) {
            text.append(property.replaceFirst("=", "\u0001")).append('\u0002');
        }
        TestMessage message = new TestMessage(
                topic,
                queueId,
                body.getBytes(StandardCharsets.UTF_8),
                text.toString().getBytes(StandardCharsets.UTF_8));
        log.writer().append(encoder.encode(message), queues.tail(topic, queueId));
        int work = dispatcher.doWork();
        while (work > 0) {
            work = dispatcher.doWork();
        }
    }

    /** A client that says it produces as one group and consumes a topic as another. */
    void heartbeat(String clientId, String producerGroup, String consumerGroup, String topic, String... fields) {
        askWithBody(RequestCode.HEART_BEAT, """
                {"clientID":"%s","producerDataSet":[{"groupName":"%s"}],"consumerDataSet":[{"groupName":"%s",
                "consumeType":"CONSUME_PASSIVELY","messageModel":"CLUSTERING",
                "consumeFromWhere":"CONSUME_FROM_FIRST_OFFSET","unitMode":false,"subscriptionDataSet":[{"topic":"%s",
                "subString":"a","tagsSet":["a"],"codeSet":[97],"subVersion":7,"expressionType":"TAG"}]}]}
                """.formatted(clientId, producerGroup, consumerGroup, topic), fields);
    }

    @Override
    public void close() {
        closer.close();
    }
}
