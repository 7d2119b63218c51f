package io.firn.spi.fake;

import io.firn.spi.contract.CancelToken;
import io.firn.spi.contract.Registration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A token that a test cancels. Any thread. */
public final class FakeCancelToken implements CancelToken {

    private final List<Runnable> actions = new CopyOnWriteArrayList<>();
    private volatile boolean cancelled;

    /** Nobody waits any more. */
    public void cancel() {
        cancelled = true;
        runAll();
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public Registration onCancel(Runnable action) {
        actions.add(action);
        if (cancelled) {
            runAll();
        }
        return () -> actions.remove(action);
    }

    private void runAll() {
        for (Runnable action : List.copyOf(actions)) {
            if (actions.remove(action)) {
                action.run();
            }
        }
    }
}
