package io.firn.broker.delay;

import io.firn.broker.log.LogFlusher;
import io.firn.broker.produce.SendRewrite;
import io.firn.broker.queue.OffsetRange;
import io.firn.broker.runtime.AgentThread;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.FaultHandler;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.TaskAgent;
import io.firn.broker.topic.TopicName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The door of this room. Delivers at least once: after a crash, what was delivered since progress was last written comes
 * again. There is neither thread nor file before the first delayed message of the store.
 */
public final class Delays implements AutoCloseable {

    /** Queues that RocketMQ gives the topic; there may be messages in all of them, however many levels there are now. */
    private static final int LEAST_QUEUES = 18;

    private final DelayConfig config;
    private final Stores stores;
    private final Chores chores;
    private final DelayProgress progress;
    private final DelayMetrics metrics;
    private final Aside aside;

    /** Written once, under this object's lock. */
    private volatile @Nullable AgentThread thread;

    /** All under this object's lock. */
    private @Nullable Delivery delivery;

    private boolean closed;
    private Runnable forget = () -> {};

    /** Written once, when the timer starts. */
    private volatile List<Lane> lanes = List.of();

    private Delays(DelayConfig config, Stores stores, Chores chores, DelayProgress progress, Metrics metrics) {
        this.config = config;
        this.stores = stores;
        this.chores = chores;
        this.progress = progress;
        this.metrics = new DelayMetrics(metrics, this::waiting);
        this.aside = new Aside(config.levels(), this::needed);
    }

    /**
     * Who does what else.
     *
     * @param housekeeper writes progress
     * @param flusher tells when deliveries are on disk
     */
    public record Chores(TaskAgent housekeeper, LogFlusher flusher, Clock clock, FaultHandler faults) {}

    /**
     * Reads progress. Nothing is delivered before {@link #start}. Blocks on the disk.
     *
     * @param directory the store's {@code config} directory
     * @throws io.firn.broker.runtime.StorageException naming file and field when the progress can not be read
     */
    public static Delays open(DelayConfig config, Path directory, Stores stores, Chores chores, Metrics metrics) {
        return new Delays(config, stores, chores, DelayProgress.read(directory), metrics);
    }

    /** What puts delayed messages aside on their way into the log. */
    public SendRewrite aside() {
        return aside;
    }

    /** Begins to deliver what is due, from now on. Once, when messages can be stored. */
    public synchronized void start(Delivery to) {
        delivery = to;
        if (isAnyWaiting()) {
            needed();
        }
    }

    private boolean isAnyWaiting() {
        for (int queue = 0; queue < queues(); queue++) {
            OffsetRange range = stores.queues().range(TopicName.SCHEDULE, queue);
            if (range.max() > Math.max(range.min(), progress.of(queue + 1))) {
                return true;
            }
        }
        return false;
    }

    private int queues() {
        return Math.max(LEAST_QUEUES, config.levels().count());
    }

    /** There is a delayed message, or will be one in a moment. Any thread; one volatile read but for the first time. */
    private void needed() {
        if (thread == null) {
            startTimer();
        }
    }

    private synchronized void startTimer() {
        Delivery to = delivery;
        if (thread != null || closed || to == null) {
            return;
        }
        List<Lane> all = lanes(new Lane.Outlet(to, chores.clock, metrics, this::wake));
        lanes = all;
        DelayTimer timer = new DelayTimer(
                all,
                new DelayTimer.Progress(progress, chores.housekeeper, chores.flusher),
                config.progressInterval(),
                chores.clock,
                this::wake);
        AgentThread started = AgentThread.start(timer, chores.faults);
        thread = started;
        forget = chores.clock.onMove(started::wake);
        started.wake();
    }

    private List<Lane> lanes(Lane.Outlet outlet) {
        List<Lane> all = new ArrayList<>();
        for (int queue = 0; queue < queues(); queue++) {
            OffsetRange range = stores.queues().range(TopicName.SCHEDULE, queue);
            long next = Math.clamp(progress.of(queue + 1), range.min(), range.max());
            all.add(new Lane(queue, config.levels().delayMs(queue + 1), next, stores, outlet));
        }
        return List.copyOf(all);
    }

    private void wake() {
        AgentThread timer = thread;
        if (timer != null) {
            timer.wake();
        }
    }

    private double waiting() {
        long sum = 0;
        List<Lane> all = lanes;
        for (int queue = 0; queue < all.size(); queue++) {
            sum += Math.max(
                    0,
                    stores.queues().maxOffset(TopicName.SCHEDULE, queue)
                            - all.get(queue).next());
        }
        return (double) sum;
    }

    /** Ends delivering and has progress written. */
    @Override
    public void close() {
        AgentThread timer;
        synchronized (this) {
            closed = true;
            timer = thread;
            forget.run();
        }
        if (timer != null) {
            timer.close();
        }
    }
}
