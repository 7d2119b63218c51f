package io.firn.compaction;

import io.firn.compaction.queue.HostedQueue;
import io.firn.compaction.queue.HostedQueues;
import io.firn.compaction.queue.QueueTable;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;

/**
 * Writes a topic's tables to a file of JSON lines, {@code exports/<topic>-<ms>.jsonl} in the plugin's directory. A file with
 * that name is whole; {@code x-*} is being written, or was when the broker stopped.
 */
final class Export {

    private static final int BUFFER_BYTES = 1 << 20;

    private final HostedQueues queues;
    private final Path directory;
    private final InstantSource clock;
    private final Executor pool;
    private final Logger log;

    Export(HostedQueues queues, Path dataDirectory, InstantSource clock, Executor pool, Logger log) {
        this.queues = queues;
        this.directory = dataDirectory.resolve("exports");
        this.clock = clock;
        this.pool = pool;
        this.log = log;
    }

    /** Starts an export; a sentence with the file's path. */
    String start(ExportArgs args) throws IOException {
        List<HostedQueue> wanted = queues.all().stream()
                .filter(queue -> queue.ref().topic().equals(args.topic()))
                .sorted(Comparator.comparingInt(queue -> queue.ref().queueId()))
                .toList();
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException("no open compacted queue of topic " + args.topic());
        }
        Files.createDirectories(directory);
        String name = args.topic() + "-" + clock.millis() + ".jsonl";
        Path file = directory.resolve(name);
        Path unfinished = directory.resolve("x-" + name);
        pool.execute(() -> run(wanted, unfinished, file));
        return "topic " + args.topic() + " goes to " + file + "; until it is whole it is called "
                + unfinished.getFileName();
    }

    private void run(List<HostedQueue> wanted, Path unfinished, Path file) {
        try {
            long records = 0;
            try (OutputStream out = new BufferedOutputStream(
                    Files.newOutputStream(unfinished, StandardOpenOption.CREATE_NEW), BUFFER_BYTES)) {
                for (HostedQueue queue : wanted) {
                    records += QueueTable.write(queue, out);
                }
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            log.info("exported {} records to {}", records, file);
        } catch (IOException | IllegalStateException e) {
            log.warn("the export to {} ended early: {}", file, e.toString());
        }
    }
}
