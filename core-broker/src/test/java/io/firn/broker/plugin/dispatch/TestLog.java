package io.firn.broker.plugin.dispatch;

import io.firn.broker.log.Checkpoint;
import io.firn.broker.log.CommitLog;
import io.firn.broker.log.FlushWaiter;
import io.firn.broker.log.LogConfig;
import io.firn.broker.log.LogRuntime;
import io.firn.broker.log.QueueTail;
import io.firn.broker.log.StoreDirectory;
import io.firn.broker.record.EncodedRecords;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.RecordEncoder;
import io.firn.broker.record.TestMessage;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.TaskAgent;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A log of small segments in a directory of a test. */
public final class TestLog implements AutoCloseable {

    public static final int SEGMENT_BYTES = 65_536;

    public final CommitLog log;
    private final RecordEncoder encoder = new RecordEncoder(HostAddress.parse("127.0.0.1:10911"), 4 << 20);
    private final QueueTail tail = new QueueTail(0);
    private final Closer closer = new Closer();

    private TestLog(Path root, Clock clock) {
        LogConfig config = LogConfig.from(new ConfigView(Map.of(
                "storePathRootDir",
                root.toString(),
                "mappedFileSizeCommitLog",
                Integer.toString(SEGMENT_BYTES),
                "flushIntervalCommitLog",
                "5",
                "firn.log.populateAhead",
                "64KiB")));
        TaskAgent housekeeper =
                closer.add(TaskAgent.start("test-housekeeper", 1024, Clock.system(), (component, cause) -> {}));
        StoreDirectory directory = closer.add(StoreDirectory.open(root));
        Checkpoint checkpoint = closer.add(Checkpoint.open(root));
        LogRuntime runtime = new LogRuntime(clock, new Metrics(), (component, cause) -> {}, housekeeper);
        log = closer.add(CommitLog.open(config, directory, checkpoint, runtime));
    }

    public static TestLog open(Path root, Clock clock) {
        return new TestLog(root, clock);
    }

    /** Appends a message and gives its position. */
    public long append(String topic, String body) {
        EncodedRecords records = encoder.encode(TestMessage.of(topic, 0, body));
        log.writer().append(records, tail);
        return records.position();
    }

    /** Appends messages of about a kibibyte to a topic until a segment more has begun. */
    public void fillSegment(String topic) {
        int before = log.segments().size();
        while (log.segments().size() == before) {
            append(topic, "x".repeat(1000));
        }
    }

    /** Brings all to disk and deletes the oldest segment. */
    public void dropOldest() {
        CompletableFuture<Boolean> flushed = new CompletableFuture<>();
        log.flusher().whenFlushed(log.appended().get(), new FlushWaiter() {
            @Override
            public void flushed() {
                flushed.complete(true);
            }

            @Override
            public void timedOut() {
                flushed.complete(false);
            }

            @Override
            public void failed(Throwable cause) {
                flushed.completeExceptionally(cause);
            }
        });
        if (!flushed.join() || !log.dropOldest()) {
            throw new IllegalStateException("the oldest segment can not be dropped");
        }
    }

    @Override
    public void close() {
        closer.close();
    }
}
