package io.firn.broker.log;

import io.firn.broker.record.EncodedRecords;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.RecordEncoder;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.TestMessage;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.TaskAgent;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A log with all it needs, opened in a directory of a test. */
final class OpenLog implements AutoCloseable {

    static final int SEGMENT_BYTES = 64 * 1024;
    static final HostAddress STORE = HostAddress.parse("127.0.0.1:10911");

    final CommitLog log;
    final StoreDirectory directory;
    final Checkpoint checkpoint;
    final Metrics metrics = new Metrics();
    final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    final RecordEncoder encoder = new RecordEncoder(STORE, 4 << 20);
    private final Closer closer = new Closer();
    private final Map<Integer, QueueTail> tails = new HashMap<>();

    private OpenLog(Path root, LogConfig config, SegmentFiles files) {
        try {
            TaskAgent housekeeper =
                    closer.add(TaskAgent.start("firn-housekeeper", 1024, Clock.system(), (c, e) -> faults.add(e)));
            directory = closer.add(StoreDirectory.open(root));
            checkpoint = closer.add(Checkpoint.open(root));
            LogRuntime runtime = new LogRuntime(Clock.system(), metrics, (component, e) -> faults.add(e), housekeeper);
            log = closer.add(CommitLog.open(config, directory, checkpoint, runtime, files));
        } catch (RuntimeException e) {
            closer.close();
            throw e;
        }
    }

    static OpenLog in(Path root, String... settings) {
        return new OpenLog(root, config(root, settings), SegmentFiles.DISK);
    }

    static OpenLog in(Path root, SegmentFiles files, String... settings) {
        return new OpenLog(root, config(root, settings), files);
    }

    /** Settings as {@code key=value}; small segments unless told otherwise. */
    static LogConfig config(Path root, String... settings) {
        Map<String, String> values = new HashMap<>();
        values.put("storePathRootDir", root.toString());
        values.put("mappedFileSizeCommitLog", Integer.toString(SEGMENT_BYTES));
        values.put("firn.log.populateAhead", "64KiB");
        for (String setting : settings) {
            int at = setting.indexOf('=');
            values.put(setting.substring(0, at), setting.substring(at + 1));
        }
        return LogConfig.from(new ConfigView(values));
    }

    QueueTail tail(int queueId) {
        return tails.computeIfAbsent(queueId, id -> new QueueTail(0));
    }

    /** Appends one message to topic T and returns the position behind it. */
    long append(int queueId, String body) {
        return append(TestMessage.of("T", queueId, body));
    }

    long append(TestMessage message) {
        EncodedRecords records = encoder.encode(message);
        log.writer().append(records, tail(message.queueId()));
        return records.endPosition();
    }

    /** Appends a record of exactly this many bytes. */
    long appendSized(int totalBytes) {
        byte[] body = new byte[totalBytes - 92];
        java.util.Arrays.fill(body, (byte) 'x');
        return append(TestMessage.of("T", 0, body));
    }

    void awaitFlushed(long position) {
        java.util.concurrent.CompletableFuture<Void> done = new java.util.concurrent.CompletableFuture<>();
        log.flusher().whenFlushed(position, waiter(done));
        done.join();
    }

    static FlushWaiter waiter(java.util.concurrent.CompletableFuture<Void> done) {
        return new FlushWaiter() {
            @Override
            public void flushed() {
                done.complete(null);
            }

            @Override
            public void timedOut() {
                done.completeExceptionally(new java.util.concurrent.TimeoutException());
            }

            @Override
            public void failed(Throwable cause) {
                done.completeExceptionally(cause);
            }
        };
    }

    /** A counter or gauge of the log. */
    double metric(String name) {
        return metrics.scrape().stream()
                .filter(snapshot -> snapshot.getMetadata().getPrometheusName().equals(name.replaceFirst("_total$", "")))
                .flatMap(snapshot -> snapshot.getDataPoints().stream())
                .mapToDouble(point -> switch (point) {
                    case CounterSnapshot.CounterDataPointSnapshot counter -> counter.getValue();
                    case GaugeSnapshot.GaugeDataPointSnapshot gauge -> gauge.getValue();
                    default -> throw new AssertionError(name + " is neither: " + point);
                })
                .sum();
    }

    /** Every body from the oldest record on. */
    List<String> bodies() {
        List<String> bodies = new ArrayList<>();
        try (LogReader reader = log.reader(log.minPosition())) {
            while (reader.next(log.appended().get())) {
                bodies.add(body(reader.view()));
            }
        }
        return bodies;
    }

    static String body(RecordView view) {
        byte[] bytes =
                view.memory().asSlice(view.bodyOffset(), view.bodyLength()).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** What a crash leaves: the files as they are now. */
    static Path crashCopy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(from)) {
            for (Path entry : entries) {
                Path target = to.resolve(entry.getFileName());
                if (Files.isDirectory(entry)) {
                    crashCopy(entry, target);
                } else {
                    Files.copy(entry, target);
                }
            }
        }
        return to;
    }

    @Override
    public void close() {
        closer.close();
    }
}
