package io.firn.broker.transaction;

import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.TaskAgent;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work for later: planned on {@code firn-control}, done by workers that may wait for the disk. Any thread. Both may have
 * too much to do: then it is tried again once the workers are asked, and given up when control can not be asked either.
 */
final class Errands {

    private static final Logger LOG = LoggerFactory.getLogger(Errands.class);

    private final TaskAgent control;
    private final Executor workers;
    private final Duration again;
    private volatile boolean closed;

    /** Workers that were busy are asked again after {@code again}. */
    Errands(TaskAgent control, Executor workers, Duration again) {
        this.control = control;
        this.workers = workers;
        this.again = again;
    }

    /**
     * Has work done once, after a while.
     *
     * @param lost runs in its place, on any thread, when too much is going on: what comes next has to plan again
     */
    void after(Duration wait, Runnable work, Runnable lost) {
        try {
            control.after(wait, () -> give(work, lost));
        } catch (BusyException e) {
            LOG.debug("{}: planned again later", e.getMessage());
            lost.run();
        }
    }

    /** On control. */
    private void give(Runnable work, Runnable lost) {
        if (closed) {
            return;
        }
        try {
            workers.execute(work);
        } catch (BusyException e) {
            LOG.debug("{}: tried again", e.getMessage());
            after(again, work, lost);
        }
    }

    /** Nothing is begun any more. */
    void close() {
        closed = true;
    }
}
