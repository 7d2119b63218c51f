package io.firn.broker.timer;

import io.firn.broker.log.LogFlusher;
import io.firn.broker.produce.SendRewrite;
import io.firn.broker.runtime.AgentThread;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.FaultHandler;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.TaskAgent;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.topic.TopicName;
import io.firn.broker.topic.TopicRegistry;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The door of this room. Delivers at least once: after a crash, what was delivered since a mark was last written comes
 * again. There is neither thread nor file before the first timed message of the store.
 */
public final class Timers implements AutoCloseable {

    private final TimerConfig config;
    private final Path root;
    private final Stores stores;
    private final Chores chores;
    private final TimerMetrics metrics;
    private final TimerAside aside;
    /** End of the log when nothing was added yet to what it was found with. */
    private final long recordsEnd;

    /** Written once, under this object's lock. */
    private volatile @Nullable AgentThread thread;
    /** Written once, under this object's lock. */
    private volatile @Nullable TimerFiles files;

    /** All under this object's lock. */
    private @Nullable Appends appends;

    private boolean closed;
    private Runnable forget = () -> {};

    private Timers(TimerConfig config, Path root, Stores stores, Chores chores, Metrics metrics) {
        this.config = config;
        this.root = root;
        this.stores = stores;
        this.chores = chores;
        this.metrics = new TimerMetrics(metrics, this::waiting);
        this.aside = new TimerAside(config, chores.clock, this::needed, this::crowd);
        this.recordsEnd = stores.log().appended().get();
    }

    /**
     * Who does what else.
     *
     * @param housekeeper forces files
     * @param flusher tells when deliveries are on disk
     */
    public record Chores(TaskAgent housekeeper, LogFlusher flusher, Clock clock, FaultHandler faults) {}

    /**
     * A room that is quiet until {@link #start}. To be opened before anything is stored.
     *
     * @param root the store's directory
     */
    public static Timers open(TimerConfig config, Path root, Stores stores, Chores chores, Metrics metrics) {
        return new Timers(config, root, stores, chores, metrics);
    }

    /** What puts timed messages aside on their way into the log. */
    public SendRewrite aside() {
        return aside;
    }

    /**
     * Begins to deliver what is due, from now on. Once, when messages can be stored. Blocks on the disk when there are
     * timed messages.
     *
     * @throws io.firn.broker.runtime.StorageException naming the file that can not be read
     */
    public synchronized void start(Appends to) {
        appends = to;
        if (TimerFiles.areThere(root) || stores.queues().maxOffset(TopicName.TIMER, 0) > 0) {
            var _ = files();
            needed();
        }
    }

    /**
     * Adds this room's codes to the request table.
     *
     * @param answers asked before an answer when answers promise the disk; null when they do not
     */
    public void addTo(RequestRouter.Builder table, TopicRegistry topics, Appends to, @Nullable LogFlusher answers) {
        new RecallHandler(config, topics, new RecallHandler.Recalls(this::needed, to, answers), chores.clock)
                .addTo(table);
    }

    /** There is a timed message, or will be one in a moment. Any thread; one volatile read but for the first time. */
    private void needed() {
        if (thread == null) {
            startWheel();
        }
    }

    private synchronized void startWheel() {
        Appends to = appends;
        if (thread != null || closed || to == null) {
            return;
        }
        WheelAgent wheel = new WheelAgent(
                config,
                stores,
                this::files,
                new Outlet(to, chores.clock, metrics, this::wake),
                new WheelAgent.Tools(chores, metrics, this::wake));
        AgentThread started = AgentThread.start(wheel, chores.faults);
        thread = started;
        forget = chores.clock.onMove(started::wake);
        started.wake();
    }

    private synchronized TimerFiles files() {
        TimerFiles present = files;
        if (present == null) {
            present = TimerFiles.open(root, config, chores.clock.millis(), recordsEnd);
            files = present;
        }
        return present;
    }

    private void wake() {
        AgentThread wheel = thread;
        if (wheel != null) {
            wheel.wake();
        }
    }

    private long crowd(long slotMs) {
        TimerFiles open = files;
        return open == null ? 0 : open.wheel().crowd(slotMs);
    }

    private double waiting() {
        TimerFiles open = files;
        return open == null ? 0 : (double) open.wheel().waiting();
    }

    /** Ends delivering, has a last mark written, and closes the files. */
    @Override
    public void close() {
        AgentThread wheel;
        TimerFiles open;
        synchronized (this) {
            closed = true;
            wheel = thread;
            forget.run();
        }
        if (wheel != null) {
            wheel.close();
        }
        synchronized (this) {
            open = files;
        }
        if (open != null) {
            // behind the last mark
            chores.housekeeper.execute(open::close);
        }
    }
}
