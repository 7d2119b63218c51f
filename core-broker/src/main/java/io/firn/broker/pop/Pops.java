package io.firn.broker.pop;

import io.firn.broker.filter.Filters;
import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.log.CommitLog;
import io.firn.broker.queue.LongPolls;
import io.firn.broker.queue.QueueLog;
import io.firn.broker.record.HostAddress;
import io.firn.broker.runtime.AgentThread;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.FaultHandler;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.topic.TopicName;
import io.firn.broker.topic.TopicRegistry;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door of this room. There is neither thread nor note before the first pop of the store. To be closed after clients are
 * cut off and before the log: closing notes what is not acknowledged.
 */
public final class Pops implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Pops.class);

    private static final String LOG_PREFIX = TopicName.SYSTEM_PREFIX + "REVIVE_LOG_";

    private final Control control;
    private final Life life;
    private final PopAgent agent;
    private final PopMeans means;
    private final PopTable table;
    private final ReviveLog log;
    private final PopMetrics metrics;

    /** Written once, under this object's lock. */
    private volatile @Nullable AgentThread thread;

    /** Both under this object's lock. */
    private boolean closed;

    private Runnable forget = () -> {};

    /**
     * Where messages are, and where they go that come again.
     *
     * @param readers threads for data that may not be in memory
     * @param outlet stores messages and notes
     */
    public record Stores(QueueLog queues, CommitLog log, LongPolls polls, Executor readers, Outlet outlet) {}

    /**
     * What pops are checked against.
     *
     * @param filters what expressions mean
     */
    public record Control(TopicRegistry topics, GroupCoordinator groups, Filters filters) {}

    /**
     * Who this broker is, and what it gives at once.
     *
     * @param hotBytes what is this near to the end of the log is read on io threads
     * @param mostBytes most bytes of one queue in an answer; one message is always given
     */
    public record Self(String clusterName, String brokerName, HostAddress address, long hotBytes, int mostBytes) {}

    /** Time, counters and where faults go. */
    public record Life(Clock clock, Metrics metrics, FaultHandler faults) {}

    private Pops(PopConfig config, Stores stores, Control control, Self self, Life life) {
        this.control = control;
        this.life = life;
        this.table = new PopTable(control.groups.offsets());
        this.metrics =
                new PopMetrics(life.metrics, this::waiting, () -> (double) unfinished(), () -> (double) behind());
        String topic = LOG_PREFIX + self.clusterName;
        int queues = control.topics.required(topic).queues();
        Clock clock = life.clock;
        this.log = new ReviveLog(
                new ReviveLog.Place(topic, queues, self.brokerName, self.address),
                new ReviveLog.Stores(stores.queues.local(), stores.log, control.groups.offsets(), stores.outlet, clock),
                table);
        this.agent = new PopAgent(
                config,
                table,
                log,
                new PopAgent.Control(control.topics, control.groups),
                new PopAgent.Parts(
                        new PopAgent.Disk(stores.log.flushed(), stores.log.flusher()),
                        stores.queues,
                        stores.outlet,
                        clock,
                        metrics));
        this.means = new PopMeans(
                config,
                new PopMeans.Stores(
                        stores.queues,
                        stores.polls,
                        stores.readers,
                        stores.log.appended(),
                        self.hotBytes,
                        self.mostBytes),
                new PopMeans.Self(self.brokerName, queues),
                new PopMeans.Tables(control.topics, table, log, clock, metrics),
                this::needed);
    }

    /** Opens the room; what another process left unacknowledged is looked after from now on. */
    public static Pops open(PopConfig config, Stores stores, Control control, Self self, Life life) {
        Pops pops = new Pops(config, stores, control, self, life);
        control.groups.offsets().onReset(pops.means::groupMoved);
        if (pops.log.hasUnseen()) {
            pops.readLog();
            pops.startThread();
        }
        return pops;
    }

    /** Before the first client comes: what it acknowledges is known then. */
    private void readLog() {
        try {
            int looked = 1;
            while (looked > 0) {
                looked = log.follow();
            }
        } catch (StorageException e) {
            LOG.warn("the revive log can not be read now, it is tried again", e);
        }
    }

    /** Adds this room's codes to the request table. */
    public void addTo(RequestRouter.Builder router) {
        PopChecks checks = new PopChecks(control, life.clock);
        new PopHandler(checks, control, means).addTo(router);
        new NotificationHandler(checks, means).addTo(router);
        new AckHandler(
                        control.topics,
                        means.queues(),
                        table,
                        new Changes(log, table, life.clock, this::needed),
                        metrics)
                .addTo(router);
    }

    /** A client is gone: what waits for it alone is let go. Any thread. */
    public void connectionClosed() {
        means.connectionClosed();
    }

    private double waiting() {
        return means.waiting();
    }

    private long unfinished() {
        return table.unfinished();
    }

    private long behind() {
        return table.behind();
    }

    /** There is a batch. Any thread; two volatile reads but for the first one after a rest. */
    private void needed() {
        if (thread == null) {
            startThread();
        }
        agent.batchPopped();
    }

    private synchronized void startThread() {
        if (thread != null || closed) {
            return;
        }
        agent.wakeBy(this::wake);
        AgentThread started = AgentThread.start(agent, life.faults);
        thread = started;
        forget = life.clock.onMove(started::wake);
        started.wake();
    }

    private void wake() {
        AgentThread running = thread;
        if (running != null) {
            running.wake();
        }
    }

    /** Notes what is not acknowledged. */
    @Override
    public void close() {
        AgentThread running;
        synchronized (this) {
            closed = true;
            running = thread;
            forget.run();
        }
        if (running != null) {
            running.close();
        }
    }
}
