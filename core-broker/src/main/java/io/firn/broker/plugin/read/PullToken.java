package io.firn.broker.plugin.read;

import io.firn.spi.contract.CancelToken;
import io.firn.spi.contract.Registration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a plugin that nobody waits for its read any more. Any thread; owner of the list: this object's lock. */
final class PullToken implements CancelToken {

    private static final Logger LOG = LoggerFactory.getLogger(PullToken.class);

    private final List<Runnable> actions = new ArrayList<>();
    private volatile boolean cancelled;

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public Registration onCancel(Runnable action) {
        synchronized (this) {
            if (!cancelled) {
                actions.add(action);
                return () -> forget(action);
            }
        }
        run(action);
        return () -> {};
    }

    private synchronized void forget(Runnable action) {
        actions.remove(action);
    }

    void cancel() {
        List<Runnable> due;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            due = List.copyOf(actions);
            actions.clear();
        }
        due.forEach(PullToken::run);
    }

    /** The thread that cancels has others to cancel; the plugin's own trouble is the plugin's. */
    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.warn("a plugin's action at the end of a read failed", e);
        }
    }
}
