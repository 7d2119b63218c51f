package io.firn.broker.plugin.dispatch;

import io.firn.broker.runtime.AgentThread;
import io.firn.broker.runtime.StorageException;
import io.firn.spi.dispatch.DispatcherSpec;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One dispatcher with its thread and its file. The file is written under this object's lock; the rest is any thread's. */
public final class RunningDispatcher {

    private static final Logger LOG = LoggerFactory.getLogger(RunningDispatcher.class);

    private final DispatchAgent agent;
    private final AgentThread thread;
    private final ProgressFile file;
    private final long run;
    private final Consumer<RunningDispatcher> removal;
    /** What the file says. Guarded by this, read by any. */
    private volatile long saved;

    private boolean ended;
    private boolean behind;

    RunningDispatcher(
            DispatchAgent agent, AgentThread thread, ProgressFile file, long run, Consumer<RunningDispatcher> removal) {
        this.agent = agent;
        this.thread = thread;
        this.file = file;
        this.run = run;
        this.removal = removal;
        this.saved = agent.durable();
    }

    String pluginId() {
        return agent.guard().owner().pluginId();
    }

    String name() {
        return agent.spec().name();
    }

    DispatcherSpec spec() {
        return agent.spec();
    }

    long durable() {
        return agent.durable();
    }

    long given() {
        return agent.given();
    }

    /** What of the progress is on disk: a crash shows again what lies above. */
    long saved() {
        return saved;
    }

    boolean isOverLimit() {
        return agent.lagBytes() > agent.spec().lag().maxLag().toBytes();
    }

    void wake() {
        agent.wake();
    }

    void topicChanged(String topic) {
        agent.topicChanged(topic);
    }

    void truncated(long position) {
        agent.truncated(position);
    }

    void skipTo(long position) {
        agent.skipTo(position);
    }

    /** Progress to disk when it moved; lag to the plugin's alarm when it passed the limit. */
    synchronized void tick() {
        if (ended) {
            return;
        }
        try {
            save();
            lookAtLag();
        } catch (StorageException e) {
            agent.guard().degraded("after a crash it would be shown again what it has: " + e.getMessage());
        }
    }

    private void save() {
        long position = agent.durable();
        if (position != saved) {
            file.write(new ProgressFile.Saved(position, run));
            saved = position;
        }
    }

    private void lookAtLag() {
        boolean now = isOverLimit();
        if (now == behind || agent.isFailing()) {
            return;
        }
        behind = now;
        if (now) {
            agent.guard().degraded("it is more than " + agent.spec().lag().maxLag() + " behind the log's end");
        } else {
            agent.guard().recovered("it has caught up");
        }
    }

    /** No call begins after this returns. Any thread; does not wait. */
    public void cease() {
        agent.guard().end();
    }

    /**
     * Shows nothing any more, waits for a call under way, and brings the progress to disk.
     *
     * @return false when the call under way has not come back in time
     */
    public boolean end(Duration grace) {
        boolean back = thread.closeWithin(grace);
        synchronized (this) {
            if (!ended) {
                ended = true;
                agent.end();
                endFile();
                int left = agent.closeLeases();
                if (left > 0) {
                    LOG.warn("{} left {} leases of log segments open; they are closed", agent.guard(), left);
                }
                removal.accept(this);
                agent.guard().close();
            }
        }
        return back;
    }

    private void endFile() {
        try (file) {
            save();
        } catch (StorageException e) {
            LOG.error("the progress of {} is not on disk: it will be shown again what it has", agent.guard(), e);
        }
    }

    /** Ends as a killed process does: nothing more is written. For tests of what a crash leaves. */
    void abandon() {
        synchronized (this) {
            ended = true;
            agent.end();
            file.close();
        }
        thread.closeWithin(Duration.ofSeconds(1));
        agent.closeLeases();
    }

    DispatcherState state() {
        return new DispatcherState(
                name(),
                agent.isFailing() ? DispatcherState.Health.FAILING : DispatcherState.Health.GOOD,
                durable(),
                given(),
                agent.lagBytes(),
                spec().lag().policy().name());
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s/%s: durable up to %d, %d bytes behind%s",
                pluginId(),
                name(),
                durable(),
                agent.lagBytes(),
                agent.isFailing() ? ", FAILING" : "");
    }
}
