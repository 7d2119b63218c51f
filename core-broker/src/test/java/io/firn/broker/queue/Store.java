package io.firn.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.firn.broker.record.RecordFilter;
import io.firn.broker.record.RecordView;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.ManualClock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.runtime.TaskAgent;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Log, queues, index and long polls of a test, in small files, without threads of their own: {@link #dispatch()} does
 * the dispatcher's work on the caller's thread.
 */
final class Store implements AutoCloseable {

    static final int UNITS_PER_FILE = 10;

    final ManualClock clock;
    final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    final Metrics metrics = new Metrics();
    final QueueConfig config;
    final CommitLog log;
    final ConsumeQueues queues;
    final KeyIndex index;
    final QueueLog reader;
    final LongPolls polls;
    final Dispatcher dispatcher;
    final QueueForcer forcer;
    final RecordEncoder encoder = new RecordEncoder(HostAddress.parse("127.0.0.1:10911"), 4 << 20);
    private final Closer closer = new Closer();
    private boolean dispatcherClosed;
    private boolean forceAtClose = true;

    private Store(Path root, ManualClock clock, Map<String, String> settings) {
        this.clock = clock;
        ConfigView view = new ConfigView(settings);
        this.config = QueueConfig.from(view);
        try {
            TaskAgent housekeeper = closer.add(
                    TaskAgent.start("test-housekeeper", 1024, Clock.system(), (component, e) -> faults.add(e)));
            StoreDirectory directory = closer.add(StoreDirectory.open(root));
            Checkpoint checkpoint = closer.add(Checkpoint.open(root));
            LogRuntime runtime = new LogRuntime(clock, metrics, (component, e) -> faults.add(e), housekeeper);
            log = closer.add(CommitLog.open(LogConfig.from(view), directory, checkpoint, runtime));
            queues = closer.add(ConsumeQueues.open(config, root, log, metrics));
            index = closer.add(KeyIndex.open(config, root, queues, clock, metrics));
            forcer = new QueueForcer(queues, index, checkpoint, config, Clock.system());
            closer.add(this::closeForcer);
            reader = new QueueLog(queues, log);
            polls = LongPolls.over(reader, config, clock, metrics);
            DispatchTargets targets = new DispatchTargets(queues, index, polls);
            dispatcher = Dispatcher.open(log, log.appended(), targets, config, metrics);
            closer.add(this::closeDispatcher);
        } catch (RuntimeException e) {
            closer.close();
            throw e;
        }
    }

    static Store open(Path root, String... settings) {
        return open(root, new ManualClock(1_700_000_000_000L), settings);
    }

    static Store open(Path root, ManualClock clock, String... settings) {
        Map<String, String> values = new HashMap<>();
        values.put("storePathRootDir", root.toString());
        values.put("mappedFileSizeCommitLog", "65536");
        values.put("firn.log.populateAhead", "64KiB");
        values.put("mappedFileSizeConsumeQueue", Integer.toString(UNITS_PER_FILE * QueueUnit.BYTES));
        values.put("maxHashSlotNum", "100");
        values.put("maxIndexNum", "400");
        for (String setting : settings) {
            int at = setting.indexOf('=');
            values.put(setting.substring(0, at), setting.substring(at + 1));
        }
        return new Store(root, clock, values);
    }

    /** Appends to a queue's own tail; returns the position. Not dispatched yet. */
    long append(Message message) {
        return append(message, queues.tail(message.topic(), message.queueId()));
    }

    long append(Message message, QueueTail tail) {
        EncodedRecords records = encoder.encode(message);
        log.writer().append(records, tail);
        return records.position();
    }

    /** Appends and makes visible. */
    long put(Message message) {
        long position = append(message);
        dispatch();
        return position;
    }

    void dispatch() {
        int work = dispatcher.doWork();
        while (work > 0) {
            work = dispatcher.doWork();
        }
    }

    /** Returns when all that was appended is on disk. */
    void awaitFlushed() {
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
        assertThat(flushed.join()).isTrue();
    }

    ReadOutcome read(String topic, int queueId, long offset, int maxMessages) {
        return read(topic, queueId, offset, maxMessages, RecordFilter.ALL);
    }

    ReadOutcome read(String topic, int queueId, long offset, int maxMessages, RecordFilter filter) {
        return reader.read(new ReadRequest(topic, queueId, offset, maxMessages, 1 << 20, filter));
    }

    /** The bodies found from an offset on, in one read; closes what it found. */
    List<String> bodies(String topic, int queueId, long offset) {
        return bodies(read(topic, queueId, offset, Integer.MAX_VALUE));
    }

    /** As a consumer does it: from the min offset on, again after an error, while repairs go on beside it. */
    List<String> readAll(String topic, int queueId) {
        List<String> bodies = new ArrayList<>();
        long offset = reader.local().minOffset(topic, queueId);
        int errors = 0;
        while (offset < reader.local().maxOffset(topic, queueId)) {
            try {
                ReadOutcome outcome = read(topic, queueId, offset, 3);
                offset = switch (outcome) {
                    case ReadOutcome.Found found -> found.nextOffset();
                    case ReadOutcome.Filtered filtered -> filtered.nextOffset();
                    default -> throw new AssertionError(outcome);
                };
                bodies.addAll(bodies(outcome));
            } catch (StorageException e) {
                errors++;
                assertThat(errors).as(e.getMessage()).isLessThan(10);
                dispatcher.repairs().repairSome();
            }
        }
        return bodies;
    }

    static List<String> bodies(ReadOutcome outcome) {
        List<String> bodies = new ArrayList<>();
        for (RecordView record : records(outcome)) {
            bodies.add(body(record));
        }
        return bodies;
    }

    /** Copies of the records found; closes what was found. */
    static List<RecordView> records(ReadOutcome outcome) {
        List<RecordView> records = new ArrayList<>();
        if (outcome instanceof ReadOutcome.Found found) {
            try (RecordSlices slices = found.slices()) {
                for (int i = 0; i < slices.sliceCount(); i++) {
                    ByteBuffer slice = slices.slice(i);
                    byte[] bytes = new byte[slice.remaining()];
                    slice.get(bytes);
                    addRecords(MemorySegment.ofArray(bytes), records);
                }
            }
        }
        return records;
    }

    private static void addRecords(MemorySegment memory, List<RecordView> records) {
        long at = 0;
        while (at < memory.byteSize()) {
            RecordView record = new RecordView().wrap(memory, at, memory.byteSize());
            records.add(record);
            at += record.totalSize();
        }
    }

    static String body(RecordView record) {
        byte[] bytes = record.memory()
                .asSlice(record.bodyOffset(), record.bodyLength())
                .toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** What a killed process leaves: the files as they are now. */
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

    /** The dispatcher's faults go to {@link #faults}; without its thread nothing else tells them. */
    void watchFaults() {
        dispatcher.reportTo((component, e) -> faults.add(e));
    }

    /** A clean stop that leaves it to the operating system when queues and index reach the disk. */
    void closeWithoutForce() {
        forceAtClose = false;
        close();
    }

    private void closeForcer() {
        if (forceAtClose) {
            forcer.close();
        }
    }

    private void closeDispatcher() {
        if (!dispatcherClosed) {
            dispatcherClosed = true;
            dispatcher.onClose();
        }
    }

    @Override
    public void close() {
        closer.close();
    }
}
