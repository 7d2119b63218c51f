package io.firn.broker.pop;

import io.firn.broker.filter.FilterConfig;
import io.firn.broker.filter.Filters;
import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.group.GroupsConfig;
import io.firn.broker.log.Checkpoint;
import io.firn.broker.log.CommitLog;
import io.firn.broker.log.FlushWaiter;
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
import io.firn.broker.record.EncodedRecords;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import io.firn.broker.record.RecordEncoder;
import io.firn.broker.record.TestMessage;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.ManualClock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.TaskAgent;
import io.firn.broker.topic.ConfigHome;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.topic.TopicsConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A store in small files, topics and groups, and the agent of this room over them without its thread: {@link #dispatch()} and
 * {@link #look()} do on the caller's thread what dispatcher and agent do on theirs. The clock is the test's.
 */
final class PopStore implements Outlet, AutoCloseable {

    static final int HOUSEKEEPER_TASKS = 16;
    static final String REVIVE_LOG = "rmq_sys_REVIVE_LOG_c";

    final ManualClock clock = new ManualClock(1_700_000_000_000L);
    final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    final List<String> stored = new ArrayList<>();
    final TaskAgent housekeeper;
    final GroupCoordinator groups;
    final TopicRegistry topics;
    final QueueLog queueLog;
    final LongPolls polls;
    final PopTable table;
    final ReviveLog reviveLog;
    final PopAgent agent;
    private final ConsumeQueues queues;
    private final CommitLog log;
    private final Dispatcher dispatcher;
    private final RecordEncoder encoder = new RecordEncoder(HostAddress.parse("127.0.0.1:10911"), 4 << 20);
    private final Closer closer = new Closer();

    /** Thrown instead of storing, while there is one. */
    @Nullable
    RuntimeException refusal;

    PopStore(Path root, String... settings) {
        Map<String, String> values = new HashMap<>();
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
        ConfigView view = new ConfigView(values);
        Metrics metrics = new Metrics();
        try {
            housekeeper = closer.add(TaskAgent.start(
                    "test-housekeeper", HOUSEKEEPER_TASKS, Clock.system(), (component, e) -> faults.add(e)));
            TaskAgent control =
                    closer.add(TaskAgent.start("test-control", 1_024, Clock.system(), (component, e) -> faults.add(e)));
            StoreDirectory directory = closer.add(StoreDirectory.open(root));
            Checkpoint checkpoint = closer.add(Checkpoint.open(root));
            log = closer.add(CommitLog.open(
                    LogConfig.from(view),
                    directory,
                    checkpoint,
                    new LogRuntime(Clock.system(), metrics, (component, e) -> faults.add(e), housekeeper)));
            QueueConfig config = QueueConfig.from(view);
            queues = closer.add(ConsumeQueues.open(config, root, log, metrics));
            KeyIndex index = closer.add(KeyIndex.open(config, root, queues, clock, metrics));
            queueLog = new QueueLog(queues, log);
            polls = LongPolls.over(queueLog, config, clock, metrics);
            dispatcher =
                    Dispatcher.open(log, log.appended(), new DispatchTargets(queues, index, polls), config, metrics);
            closer.add(dispatcher::onClose);
            ConfigHome home = new ConfigHome(root.resolve("config"), control, housekeeper, clock, metrics);
            topics = TopicRegistry.open(TopicsConfig.from(view, "b", "c"), home);
            Filters filters = new Filters(FilterConfig.from(view));
            groups = closer.add(
                    GroupCoordinator.open(GroupsConfig.from(view), home, topics, filters::compile, group -> {}));
            topics.ensure(Topic.of("T", 4, Topic.READ | Topic.WRITE)).join();
            groups.configs().ensure("G").join();
            table = new PopTable(groups.offsets());
            reviveLog = freshLog(table);
            agent = new PopAgent(
                    PopConfig.from(view),
                    table,
                    reviveLog,
                    new PopAgent.Control(topics, groups),
                    new PopAgent.Parts(
                            new PopAgent.Disk(log.flushed(), log.flusher()),
                            queueLog,
                            this,
                            clock,
                            new PopMetrics(metrics, () -> 0, () -> 0, () -> 0)));
        } catch (RuntimeException e) {
            closer.close();
            throw e;
        }
    }

    /** The revive log as whoever opens this store next reads it. */
    ReviveLog freshLog(PopTable readInto) {
        return new ReviveLog(
                new ReviveLog.Place(REVIVE_LOG, 1, "b", HostAddress.parse("127.0.0.1:10911")),
                new ReviveLog.Stores(queueLog.local(), log, groups.offsets(), this, clock),
                readInto);
    }

    @Override
    public CompletableFuture<Long> store(MessageSource message) {
        RuntimeException refused = refusal;
        if (refused != null) {
            throw refused;
        }
        EncodedRecords records = encoder.encode(message);
        log.writer().append(records, queues.tail(message.topic(), message.queueId()));
        stored.add(message.topic());
        dispatch();
        return CompletableFuture.completedFuture(records.endPosition());
    }

    /** A message in queue 0 of topic T. */
    void send(String body) {
        store(TestMessage.of("T", 0, body)).join();
    }

    void dispatch() {
        int work = dispatcher.doWork();
        while (work > 0) {
            work = dispatcher.doWork();
        }
    }

    /** Lets the agent do all it can do now. */
    void look() {
        int work = agent.doWork();
        while (work > 0) {
            work = agent.doWork();
        }
    }

    /** Messages of queue 0 of T, popped now. */
    Batch popped(long first, int count, long invisibleMs) {
        PopQueue queue = queue();
        if (queue.place() == -1) {
            queue.begin(first);
        }
        long[] found = new long[count];
        for (int i = 0; i < count; i++) {
            found[i] = first + i;
        }
        Batch batch = new Batch(new Batch.Key(first, clock.millis()), invisibleMs, 0, found, first + count);
        queue.popped(batch);
        agent.batchPopped();
        return batch;
    }

    PopQueue queue() {
        return table.queue("G", "T", 0);
    }

    long end(String topic) {
        return queueLog.local().maxOffset(topic, 0);
    }

    /** Returns when all that was appended is on disk. */
    void awaitFlushed() {
        CompletableFuture<Boolean> flushed = new CompletableFuture<>();
        log.flusher().whenFlushed(log.appended().get(), new FlushWaiter() {
            @Override
            public void flushed() {
                flushed.complete(true);
            }

            @Override
            public void timedOut() {
                flushed.complete(false);
            }

            @Override
            public void failed(Throwable cause) {
                flushed.completeExceptionally(cause);
            }
        });
        if (!flushed.join()) {
            throw new IllegalStateException("the disk did not take the log in time");
        }
    }

    @Override
    public void close() {
        closer.close();
    }
}
