package io.firn.compaction.rocketmq;

import io.firn.compaction.disk.Disk;
import io.firn.compaction.pass.Pass;
import io.firn.compaction.pass.PassOrder;
import io.firn.compaction.pass.PassOutcome;
import io.firn.compaction.pass.Policy;
import io.firn.compaction.pass.Tools;
import io.firn.compaction.queue.QueueImport;
import io.firn.compaction.store.CompactedQueue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;

/**
 * Takes over a queue that RocketMQ has compacted: of the records in its compaction log those that the commit log no longer has.
 * What the commit log still has is compacted from there, as RocketMQ may have left some of it out. Nothing of RocketMQ's is
 * changed; a queue that has a generation of its own is never imported again. On the thread that opens the queue.
 */
public final class RocketmqImport implements QueueImport {

    private final Disk disk;
    private final Path directory;
    private final Tools tools;
    private final Logger log;

    /** Of the store in this directory. */
    public RocketmqImport(Disk disk, Path storeDirectory, Tools tools, Logger log) {
        this.disk = disk;
        this.directory = storeDirectory.resolve("compaction").resolve("compactionLog");
        this.tools = tools;
        this.log = log;
    }

    @Override
    public void into(CompactedQueue queue, long until) throws IOException {
        if (queue.manifest().generation() != 0 || until <= 0) {
            return;
        }
        Path files = directory
                .resolve(queue.name().topic())
                .resolve(Integer.toString(queue.name().queueId()));
        if (disk.list(files).isEmpty()) {
            return;
        }
        try (ImportedRecords records = ImportedRecords.open(disk, files, until)) {
            if (records.minOffset() < until) {
                run(queue, files, records);
            }
        }
    }

    private void run(CompactedQueue queue, Path files, ImportedRecords records) throws IOException {
        Policy everything = new Policy(
                        Duration.ZERO, Policy.NORMAL.maxLag(), Policy.NORMAL.deadRatio(), Policy.NORMAL.retention())
                .withoutAging();
        PassOutcome outcome = new Pass(tools, queue, records, new PassOrder(everything, group -> 0)).run();
        switch (outcome) {
            case PassOutcome.Done done ->
                log.info(
                        "queue {}: took over {} bytes of records below offset {} from {}",
                        queue.name(),
                        records.bytes(),
                        records.endOffset(),
                        files);
            case PassOutcome.Blocked blocked -> throw failed(files, blocked.reason());
            case PassOutcome.Failed failed -> throw failed(files, failed.reason());
            case PassOutcome.Stopped stopped -> throw failed(files, "the plugin stops");
        }
    }

    private static IOException failed(Path files, String reason) {
        return new IOException("RocketMQ's compacted records in " + files + " cannot be taken over: " + reason
                + "; repair them, or move the directory away to do without them");
    }
}
