package io.firn.compaction.queue;

import io.firn.compaction.pass.IoBudget;
import io.firn.compaction.pass.PassOutcome;
import io.firn.compaction.pass.Tools;
import io.firn.spi.read.DamagedStoreException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives queues their passes, the earliest deadline first, so many at a time. The tick runs on the plugin's scheduler and only looks;
 * passes run on the pool. When a queue comes close to its maximal lag, or is over it, all passes may read and write faster.
 */
public final class Compactor {

    /** From this share of the maximal lag on the deadline is at risk. */
    private static final double RISK = 0.95;

    private final HostedQueues queues;
    private final Tools tools;
    private final Executor pool;
    private final int threads;
    private final PassListener listener;
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean stopping;

    /** So many passes at a time, on this pool. */
    public Compactor(HostedQueues queues, Tools tools, Executor pool, int threads, PassListener listener) {
        this.queues = queues;
        this.tools = tools;
        this.pool = pool;
        this.threads = threads;
        this.listener = listener;
    }

    private record Due(HostedQueue queue, long deadline) {}

    /** Looks at all queues and starts what is due. */
    public void tick() {
        long now = tools.clock().millis();
        List<Due> due = new ArrayList<>();
        double risk = 0;
        for (HostedQueue queue : queues.all()) {
            if (!look(queue)) {
                continue;
            }
            risk = Math.max(risk, risk(queue, now));
            long deadline = Urgency.deadline(queue, now);
            if (deadline <= now && !queue.isBusy()) {
                due.add(new Due(queue, deadline));
            }
        }
        tools.io().raise(risk < RISK ? 0 : risk < 1 ? 1 : IoBudget.MOST_STEPS);
        due.sort(Comparator.comparingLong(Due::deadline));
        for (Due next : due) {
            start(next.queue());
        }
    }

    /** Damage found while looking is left to the pass, which says where it is. */
    private static boolean look(HostedQueue queue) {
        try {
            queue.lookAtTail();
        } catch (DamagedStoreException e) {
            if (queue.trouble().isEmpty()) {
                queue.ask();
            }
        }
        return !queue.isClosed();
    }

    private static double risk(HostedQueue queue, long now) {
        long maxLag = Math.max(1, queue.policy().maxLag().toMillis());
        return (double) Urgency.lagMs(queue, now) / maxLag;
    }

    private void start(HostedQueue queue) {
        if (stopping || running.get() >= threads || !queue.reserve()) {
            return;
        }
        running.incrementAndGet();
        try {
            pool.execute(() -> run(queue));
        } catch (RejectedExecutionException e) {
            running.decrementAndGet();
            queue.unreserve();
        }
    }

    private void run(HostedQueue queue) {
        long begun = tools.clock().millis();
        try {
            PassOutcome outcome = queue.runPass(tools);
            listener.ended(queue, tools.clock().millis() - begun, outcome);
        } finally {
            queue.unreserve();
            running.decrementAndGet();
        }
    }

    /** Age of a queue's oldest record that is not compacted, ms; 0 when all is. */
    public long lagMs(HostedQueue queue) {
        return Urgency.lagMs(queue, tools.clock().millis());
    }

    /** Starts no more passes, and ends those that run at their next chunk. */
    public void stop() {
        stopping = true;
        tools.io().close();
    }
}
