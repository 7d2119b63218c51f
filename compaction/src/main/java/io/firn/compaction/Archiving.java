package io.firn.compaction;

import io.firn.compaction.archive.ArchiveSettings;
import io.firn.compaction.archive.ArchiveTools;
import io.firn.compaction.archive.Archives;
import io.firn.compaction.pass.IoBudget;
import io.firn.compaction.queue.ArchiveJob;
import io.firn.compaction.queue.Archiver;
import io.firn.compaction.queue.HostedQueue;
import io.firn.compaction.queue.HostedQueues;
import io.firn.compaction.queue.Trouble;
import io.firn.spi.PluginContext;
import io.firn.spi.metrics.Counter;
import io.firn.spi.metrics.MetricRegistry;
import org.slf4j.Logger;

/** Wires archives to the broker: the plugin's objects, its counters, its log. */
final class Archiving {

    private static final int THREADS = 2;

    private final PluginContext context;
    private final Archives archives;
    private final Counter failures;

    Archiving(PluginContext context, ArchiveSettings settings, IoBudget io) {
        this.context = context;
        MetricRegistry metrics = context.metrics();
        Counter stored = metrics.counter("archive_bytes", "Bytes of files stored in object storage.");
        Counter fetched = metrics.counter("restored_bytes", "Bytes of files brought back from object storage.");
        Counter deleted = metrics.counter("archive_deleted", "Objects deleted that no generation needed any more.");
        this.failures = metrics.counter("archive_failures", "Attempts to archive a queue that did not end well.");
        this.archives = new Archives(
                context.objects(),
                new ArchiveTools(
                        settings,
                        context.clock(),
                        context::deadline,
                        io::take,
                        new ArchiveTools.Counts(stored::add, fetched::add, deleted::increment)));
    }

    Archives archives() {
        return archives;
    }

    /** Archives these queues. */
    Archiver archiver(HostedQueues queues) {
        return new Archiver(queues, archives, context.blockingIo(THREADS), THREADS, this::failed);
    }

    /** A line per change of a queue's state, not per attempt. */
    private void failed(HostedQueue queue, ArchiveJob job) {
        failures.increment();
        Logger log = context.logger();
        job.trouble()
                .filter(trouble -> trouble.attempts() == 1)
                .map(Trouble::reason)
                .ifPresent(reason -> log.warn("{} is not archived, nothing else is touched: {}", queue.ref(), reason));
    }
}
