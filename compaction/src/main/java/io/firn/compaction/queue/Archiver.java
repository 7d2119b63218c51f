package io.firn.compaction.queue;

import io.firn.compaction.archive.Archives;
import io.firn.spi.objects.ObjectSpace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Has queues archived whose generation is not, those that wait longest first, so many at a time. The tick runs on the plugin's
 * scheduler and only looks; archiving runs on the pool, whose threads wait for the storage.
 */
public final class Archiver {

    private final HostedQueues queues;
    private final Archives archives;
    private final Executor pool;
    private final int threads;
    private final Listener listener;
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean stopping;

    /** Told of each run that did not end well, on its thread; must not block. */
    @FunctionalInterface
    public interface Listener {

        /** The job's trouble says why. */
        void failed(HostedQueue queue, ArchiveJob job);
    }

    /** So many queues at a time, on this pool. */
    public Archiver(HostedQueues queues, Archives archives, Executor pool, int threads, Listener listener) {
        this.queues = queues;
        this.archives = archives;
        this.pool = pool;
        this.threads = threads;
        this.listener = listener;
    }

    /** Looks at all queues and starts what is due. */
    public void tick() {
        List<HostedQueue> waiting = new ArrayList<>();
        for (HostedQueue queue : queues.all()) {
            queue.archiving().ifPresent(job -> {
                job.look();
                waiting.add(queue);
            });
        }
        if (archives.state() == ObjectSpace.State.READY) {
            waiting.sort(Comparator.comparingLong(Archiver::lagMs).reversed());
            waiting.forEach(queue -> queue.archiving().ifPresent(job -> start(queue, job)));
        }
    }

    private static long lagMs(HostedQueue queue) {
        return queue.archiving().map(ArchiveJob::lagMs).orElse(0L);
    }

    private void start(HostedQueue queue, ArchiveJob job) {
        if (stopping || running.get() >= threads || !job.reserve()) {
            return;
        }
        running.incrementAndGet();
        try {
            pool.execute(() -> run(queue, job));
        } catch (RejectedExecutionException e) {
            running.decrementAndGet();
            job.unreserve();
        }
    }

    private void run(HostedQueue queue, ArchiveJob job) {
        try {
            if (!job.run() && !stopping && !queue.isClosed()) {
                listener.failed(queue, job);
            }
        } finally {
            job.unreserve();
            running.decrementAndGet();
        }
    }

    /** Starts nothing more; what runs ends with its next call to the storage. */
    public void stop() {
        stopping = true;
    }
}
