package io.firn.broker.queue;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.QueueTail;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.Position;
import io.firn.broker.runtime.ReadablePosition;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * All consume queues of the broker, in {@code consumequeue/<topic>/<queue id>/} in RocketMQ's format. Queues exist as
 * small objects; their files are looked at and mapped when they are used. Producers and readers look up from any thread,
 * the dispatcher's thread appends, the housekeeper forces, unmaps and expires.
 */
public final class ConsumeQueues implements AutoCloseable {

    private static final int MAX_NAME_BYTES = 255;

    private final Path root;
    private final EntryFiles entryFiles;
    private final ConcurrentHashMap<String, TopicQueues> topics = new ConcurrentHashMap<>();
    /** Queues whose ends were damaged when they were opened. */
    private final List<ConsumeQueue> torn = new ArrayList<>();

    private final long dispatchFrom;
    private final long cutPosition;
    private final Position dispatched;
    private final Position forced;

    /** Store time of the last record dispatched; written by the dispatcher's thread. */
    private volatile long dispatchedTimeMs;

    /** Set when the queues know everything the log held at start; before that there are no tails. */
    private volatile boolean caughtUp;

    /** Written once, at wiring. */
    private volatile OffsetFloor floor = OffsetFloor.NONE;

    private boolean closed;

    private ConsumeQueues(QueueConfig config, Path root, CommitLog log, Metrics metrics) {
        this.root = root;
        Metrics.Count maps =
                metrics.counter("firn_queue_file_maps_total", "Consume-queue files mapped or mapped again.");
        MappingPool pool = new MappingPool(config.maxMappedFiles(), maps);
        this.entryFiles = new EntryFiles(root.resolve("consumequeue"), config.unitsPerFile(), pool);
        QueueOpening opening = new QueueOpening(root, entryFiles, log);
        for (QueueSnapshot.Entry entry : opening.queues()) {
            ConsumeQueue queue = add(entry.topic(), entry.queueId(), entry.end());
            if (opening.isTorn(entry)) {
                torn.add(queue);
            }
        }
        this.dispatchFrom = opening.dispatchFrom();
        this.cutPosition = opening.cutPosition();
        this.dispatched = new Position(dispatchFrom);
        this.forced = new Position(opening.forcedPosition());
        metrics.gauge("firn_queue_mapped_files", "Consume-queue files mapped now.", pool::size);
        metrics.gauge("firn_queue_dispatched_position", "Log position the queues are built up to.", dispatched::get);
        metrics.gauge("firn_queue_forced_position", "Log position the queues are safe on disk for.", forced::get);
    }

    /**
     * Opens the queues of a store: from the snapshot of a clean stop, or by a look at the end of each.
     *
     * @param root the store's directory
     * @param log of the same store, open
     * @throws io.firn.broker.runtime.StorageException when files are not what the configuration says
     */
    public static ConsumeQueues open(QueueConfig config, Path root, CommitLog log, Metrics metrics) {
        return new ConsumeQueues(config, root, log, metrics);
    }

    /** Log position from which the dispatcher has to go on; may lie below the log's start. */
    long dispatchFrom() {
        return dispatchFrom;
    }

    /** Names who knows of offsets that files do not know of. Once, at wiring, before the first tail is asked for. */
    public void keepAbove(OffsetFloor known) {
        floor = known;
    }

    /**
     * The next offset of a queue, for the appender; makes the queue when it is new (its files at its first message).
     * Any thread, once the dispatcher has caught up with the log.
     *
     * @throws IllegalArgumentException when the name can not be that of a directory or the id is out of range
     * @throws io.firn.broker.runtime.BusyException when it is not known yet which offsets are free
     */
    public QueueTail tail(String topic, int queueId) {
        if (!caughtUp) {
            throw new IllegalStateException(
                    "queue " + topic + "-" + queueId + " has no tail before the log is dispatched");
        }
        ConsumeQueue queue = find(topic, queueId);
        return (queue == null ? create(topic, queueId) : queue).tail(floor);
    }

    /** The queue; null when it has no message and no producer asked for it. Any thread. */
    public @Nullable ConsumeQueue find(String topic, int queueId) {
        TopicQueues queues = topics.get(topic);
        return queues == null ? null : queues.get(queueId);
    }

    /** The queues of a topic there are, by id. Any thread. */
    public Collection<ConsumeQueue> ofTopic(String topic) {
        TopicQueues queues = topics.get(topic);
        return queues == null ? List.of() : queues.all();
    }

    /** The topics that have queues. Any thread. */
    public Collection<String> topics() {
        List<String> names = new ArrayList<>();
        topics.forEach((name, queues) -> {
            if (!queues.all().isEmpty()) {
                names.add(name);
            }
        });
        return names;
    }

    /** Log position up to which all records are readable in their queues. */
    public ReadablePosition dispatched() {
        return dispatched;
    }

    /** Log position up to which the queues are safe on disk. */
    public ReadablePosition forced() {
        return forced;
    }

    /** Store time of a record below {@link #dispatched()}; 0 before the first. Read it before the position. */
    long dispatchedTimeMs() {
        return dispatchedTimeMs;
    }

    /** Queues that may lack records below {@link #dispatchFrom()} which the log has. */
    List<ConsumeQueue> torn() {
        return torn;
    }

    EntryFiles entryFiles() {
        return entryFiles;
    }

    /** The files a forcing pass has to look at. */
    ChangedFiles changed() {
        return entryFiles.changed();
    }

    /** Everything dispatched below is safe on disk now. Housekeeper. */
    void forcedUpTo(long position) {
        forced.publish(position);
    }

    /**
     * Where the queues were cut because what followed may not have been safe on disk; {@link Long#MAX_VALUE} when they
     * were not cut.
     */
    long cutPosition() {
        return cutPosition;
    }

    /** Unmaps files that were not used since the last call; returns how many. Housekeeper. */
    public int closeIdle() {
        return entryFiles.pool().evictIdle();
    }

    /** How many queue files are mapped. Any thread. */
    public int mappedFiles() {
        return entryFiles.pool().size();
    }

    /**
     * Deletes queue files whose last record is no longer in the log; the last file of a queue stays. Returns how many.
     * Housekeeper.
     */
    public int deleteBelow(long logStart) {
        int deleted = 0;
        for (TopicQueues queues : topics.values()) {
            for (ConsumeQueue queue : queues.all()) {
                deleted += queue.deleteBelow(logStart);
            }
        }
        return deleted;
    }

    /**
     * Deletes the queues of a topic. A new topic of this name starts at offset 0. Any thread that may block on the disk.
     *
     * @param retirement ends the tails it is given and tells the log position that nothing of theirs will pass
     */
    public void deleteTopic(String topic, ToLongFunction<List<QueueTail>> retirement) {
        QueueTrash trash = new QueueTrash(root);
        synchronized (this) {
            TopicQueues old = topics.get(topic);
            if (old == null) {
                return;
            }
            // senders that hold an old tail are refused from here on, and get a new one from there on
            long end = retirement.applyAsLong(
                    old.all().stream().map(queue -> queue.tail(floor)).toList());
            topics.put(topic, new TopicQueues(end));
            old.all().forEach(ConsumeQueue::close);
            trash.take(entryFiles.directory(topic));
        }
        trash.empty();
    }

    /** The queue a record goes to; null when the record can have none. Dispatcher's thread. */
    @Nullable
    ConsumeQueue forRecord(String topic, int queueId, long position) {
        TopicQueues queues = topics.get(topic);
        if (queues != null && position < queues.bornAt()) {
            return null;
        }
        ConsumeQueue queue = queues == null ? null : queues.get(queueId);
        if (queue != null) {
            return queue;
        }
        return isName(topic) && isQueueId(queueId) ? create(topic, queueId) : null;
    }

    /**
     * Lets the files go that entries were put to, and has them forced with the next pass. Before {@link #advance}, whatever
     * became of the batch. Dispatcher's thread.
     */
    void endBatch() {
        entryFiles.kept().releaseAll();
    }

    /** All records below are in their queues. Dispatcher's thread. */
    void advance(long position, long storeTimeMs) {
        dispatched.publish(position);
        dispatchedTimeMs = storeTimeMs;
    }

    /** The dispatcher has caught up with what the log held at start. */
    void allowTails() {
        caughtUp = true;
    }

    private synchronized ConsumeQueue create(String topic, int queueId) {
        if (!isName(topic) || !isQueueId(queueId)) {
            throw new IllegalArgumentException("no queue can be " + topic + "-" + queueId);
        }
        ConsumeQueue known = find(topic, queueId);
        return known == null ? add(topic, queueId, QueueEnd.NEW) : known;
    }

    private ConsumeQueue add(String topic, int queueId, QueueEnd end) {
        ConsumeQueue queue = new ConsumeQueue(topic, queueId, entryFiles, end);
        topics.computeIfAbsent(topic, name -> new TopicQueues(0)).put(queue);
        return queue;
    }

    static boolean isQueueId(int queueId) {
        return queueId >= 0 && queueId < TopicQueues.MAX_QUEUES;
    }

    /** Whether a topic's name can be a directory: records may come from anywhere. */
    static boolean isName(String topic) {
        return !topic.isEmpty()
                && !topic.equals(".")
                && !topic.equals("..")
                && topic.indexOf('/') < 0
                && topic.indexOf('\\') < 0
                && topic.indexOf('\0') < 0
                && topic.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES;
    }

    /**
     * Writes the snapshot that makes the next opening fast, and unmaps everything. After the dispatcher has ended and
     * {@link QueueForcer} was closed. Idempotent.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            QueueSnapshot.write(root, snapshot());
        } finally {
            entryFiles.pool().close();
        }
    }

    private QueueSnapshot.Content snapshot() {
        List<QueueSnapshot.Entry> entries = new ArrayList<>();
        for (TopicQueues queues : topics.values()) {
            for (ConsumeQueue queue : queues.all()) {
                if (queue.maxOffset() > 0) {
                    entries.add(new QueueSnapshot.Entry(queue.topic(), queue.queueId(), queue.end()));
                }
            }
        }
        return new QueueSnapshot.Content(
                entryFiles.fileBytes(), dispatched.get(), forced.get(), QueueSnapshot.bootId(), entries);
    }
}
