package io.firn.broker.group;

import io.firn.broker.runtime.AtomicFile;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.topic.ConfigHome;
import io.firn.broker.wire.body.DataVersion;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * How far each group has read: per topic and queue the next offset to consume. Commits and queries run on the caller's
 * thread; a commit to a queue seen before allocates nothing, and of one thread's commits the last one stays. Kept in
 * {@code consumerOffset.json}, written by {@code firn-housekeeper} when something changed and at close: a crash loses
 * the commits since, and consumers get those messages again.
 *
 * <p>An operator's reset is answered to queries at once, stays until a pull takes it, and meanwhile commits are void.
 */
public final class Offsets implements AutoCloseable {

    /** No offset is stored. */
    public static final long NONE = QueueOffsets.NONE;

    static final int MAX_QUEUES = 65_536;

    private final ConcurrentHashMap<String, ConcurrentHashMap<String, QueueOffsets>> groups = new ConcurrentHashMap<>();
    private final Clock clock;
    private final Metrics.Count commits;
    private volatile boolean changed;
    /** Added at wiring. */
    private final List<ResetListener> listeners = new CopyOnWriteArrayList<>();

    /** Owner: whoever holds this object's monitor. */
    private @Nullable OffsetsFile file;

    private volatile DataVersion version = new DataVersion(0, 0, 0);

    /** Told that an operator moved a group, after that; on the operator's thread. Must not block. */
    public interface ResetListener {
        void moved(String group, String topic, int queueId);
    }

    private Offsets(Clock clock, Metrics metrics) {
        this.clock = clock;
        this.commits = metrics.counter("firn_group_offset_commits_total", "Offsets committed by consumers.");
    }

    static Offsets open(GroupsConfig config, ConfigHome home) {
        Offsets offsets = new Offsets(home.clock(), home.metrics());
        OffsetsFile file = OffsetsFile.read(home.directory(), offsets);
        offsets.loaded(file);
        home.housekeeper().every(config.offsetInterval(), offsets::persist);
        return offsets;
    }

    private synchronized void loaded(OffsetsFile source) {
        file = source;
        version = source.version();
        changed = false;
    }

    static boolean isQueueId(int queueId) {
        return queueId >= 0 && queueId < MAX_QUEUES;
    }

    /** An offset that the file already holds. */
    void load(String group, String topic, int queueId, long offset) {
        findOrAdd(group, topic, queueId).committed.set(offset);
    }

    /**
     * Stores the next offset to consume; a lower one than before is accepted. Void while a reset is pending.
     *
     * @param queueId below the topic's queue count, which the caller has checked
     */
    public void commit(String group, String topic, int queueId, long offset) {
        QueueOffsets.Cell cell = findOrAdd(group, topic, queueId);
        if (cell.reset.get() == NONE) {
            cell.committed.set(offset);
            touch();
            commits.increment();
        }
    }

    /** The pending reset, else the committed offset, else {@link #NONE}. */
    public long query(String group, String topic, int queueId) {
        QueueOffsets.Cell cell = find(group, topic, queueId);
        if (cell == null) {
            return NONE;
        }
        long reset = cell.reset.get();
        return reset == NONE ? cell.committed.get() : reset;
    }

    /** Moves the group: commits the offset and makes the next pull of this queue go there. */
    public void reset(String group, String topic, int queueId, long offset) {
        QueueOffsets.Cell cell = findOrAdd(group, topic, queueId);
        cell.reset.set(offset);
        cell.committed.set(offset);
        touch();
        listeners.forEach(listener -> listener.moved(group, topic, queueId));
    }

    /** Adds somebody who is told of resets. While wiring only. */
    public void onReset(ResetListener listener) {
        listeners.add(listener);
    }

    /** Whether a reset waits for a pull. */
    public boolean isResetPending(String group, String topic, int queueId) {
        QueueOffsets.Cell cell = find(group, topic, queueId);
        return cell != null && cell.reset.get() != NONE;
    }

    /** Ends a pending reset and gives its offset; {@link #NONE} when none was pending. For exactly one pull. */
    public long takeReset(String group, String topic, int queueId) {
        QueueOffsets.Cell cell = find(group, topic, queueId);
        return cell == null || cell.reset.get() == NONE ? NONE : cell.reset.getAndSet(NONE);
    }

    /** Committed offsets of a group in a topic by queue id. */
    public Map<Integer, Long> of(String group, String topic) {
        Map<String, QueueOffsets> topics = groups.get(group);
        QueueOffsets queues = topics == null ? null : topics.get(topic);
        return queues == null ? Map.of() : queues.toMap();
    }

    /** Topics in which the group has committed something. */
    public Set<String> topicsOf(String group) {
        Map<String, QueueOffsets> topics = groups.get(group);
        return topics == null ? Set.of() : new TreeSet<>(topics.keySet());
    }

    /** Groups that have committed something in the topic. */
    public Set<String> groupsOf(String topic) {
        Set<String> readers = new TreeSet<>();
        groups.forEach((group, topics) -> {
            if (topics.containsKey(topic)) {
                readers.add(group);
            }
        });
        return readers;
    }

    /** Everything committed: {@code topic@group} to queue id to offset. */
    public Map<String, Map<Integer, Long>> all() {
        Map<String, Map<Integer, Long>> table = new TreeMap<>();
        groups.forEach((group, topics) -> topics.forEach((topic, queues) -> {
            Map<Integer, Long> offsets = queues.toMap();
            if (!offsets.isEmpty()) {
                table.put(OffsetsFile.key(topic, group), offsets);
            }
        }));
        return table;
    }

    /** Rises each time a changed table is written. */
    public DataVersion version() {
        return version;
    }

    /** Forgets what the group has read. */
    public void removeGroup(String group) {
        if (groups.remove(group) != null) {
            touch();
        }
    }

    /** Forgets what every group has read of the topic. */
    public void removeTopic(String topic) {
        groups.forEach((group, topics) -> {
            if (topics.remove(topic) != null) {
                touch();
            }
        });
    }

    /** Gives a group the offsets another one has in a topic. */
    public void copy(String fromGroup, String toGroup, String topic) {
        of(fromGroup, topic).forEach((queueId, offset) -> commit(toGroup, topic, queueId, offset));
    }

    /** After the cells were written, so that a write that clears the mark first sees them. */
    private void touch() {
        if (!changed) {
            changed = true;
        }
    }

    private QueueOffsets.@Nullable Cell find(String group, String topic, int queueId) {
        ConcurrentHashMap<String, QueueOffsets> topics = groups.get(group);
        QueueOffsets queues = topics == null ? null : topics.get(topic);
        return queues == null ? null : queues.find(queueId);
    }

    private QueueOffsets.Cell findOrAdd(String group, String topic, int queueId) {
        QueueOffsets.Cell cell = find(group, topic, queueId);
        return cell != null ? cell : add(group, topic, queueId);
    }

    private QueueOffsets.Cell add(String group, String topic, int queueId) {
        if (!isQueueId(queueId)) {
            throw new IllegalArgumentException("queue id " + queueId + " of topic " + topic);
        }
        return groups.computeIfAbsent(group, name -> new ConcurrentHashMap<>())
                .computeIfAbsent(topic, name -> new QueueOffsets())
                .findOrAdd(queueId);
    }

    /** Writes the file when something changed since the last time. Blocks on the disk. */
    synchronized void persist() {
        if (!changed || file == null) {
            return;
        }
        changed = false;
        DataVersion next = version.next(clock.millis());
        try {
            AtomicFile.write(file.path(), file.encode(all(), next));
        } catch (StorageException e) {
            changed = true;
            throw e;
        }
        version = next;
    }

    /** Writes what is not written yet. Blocks on the disk. */
    @Override
    public void close() {
        persist();
    }
}
