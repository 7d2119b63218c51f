package io.firn.compaction.queue;

import io.firn.compaction.archive.ArchiveSettings;
import io.firn.compaction.archive.Archives;
import io.firn.compaction.pass.GroupProgress;
import io.firn.compaction.pass.Policy;
import io.firn.compaction.store.CompactedQueue;
import io.firn.compaction.store.QueueName;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.read.BrokerReader;
import io.firn.spi.topic.GroupView;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.Topic;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** All compacted queues that are open. Any thread; opening and closing one queue happens on one thread at a time. */
public final class HostedQueues {

    private final Home home;
    private final BrokerReader reader;
    private final GroupView groups;
    private final QueueImport imports;
    private final Archives archives;
    private final Map<QueueRef, HostedQueue> open = new ConcurrentHashMap<>();
    private final Map<QueueRef, String> offline = new ConcurrentHashMap<>();

    /** Keeps queues in a home; those without files are brought back from their archives, or filled by {@code imports}. */
    public HostedQueues(Home home, BrokerReader reader, GroupView groups, QueueImport imports, Archives archives) {
        this.archives = archives;
        this.imports = imports;
        this.home = home;
        this.reader = reader;
        this.groups = groups;
    }

    /** Opens a queue of a topic and puts its compacted part before {@code base}. */
    public QueueReader open(QueueRef ref, Topic topic, TopicPolicy wanted, QueueReader base) throws IOException {
        try {
            QueueReader reader = openQueue(ref, topic, wanted, base);
            offline.remove(ref);
            return reader;
        } catch (IOException e) {
            offline.put(ref, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private QueueReader openQueue(QueueRef ref, Topic topic, TopicPolicy wanted, QueueReader base) throws IOException {
        QueueName name = new QueueName(ref.topic(), ref.queueId(), topic.incarnation(), wanted.keyProperty());
        CompactedQueue queue = home.open(name, archives);
        try {
            imports.into(queue, reader.minOffset(ref));
        } catch (IOException | RuntimeException e) {
            queue.close();
            throw e;
        }
        HostedQueue hosted = new HostedQueue(
                ref, queue, new HostedQueue.Below(reader, base, progress(ref)), wanted.policy(), job(queue));
        if (open.putIfAbsent(ref, hosted) != null) {
            hosted.close();
            throw new IOException("queue " + ref + " is open already");
        }
        return new CompactedReader(hosted, base, () -> open.remove(ref, hosted));
    }

    private @Nullable ArchiveJob job(CompactedQueue queue) {
        return archives.settings().mode() == ArchiveSettings.Mode.OFF
                ? null
                : new ArchiveJob(queue, archives.of(queue.name()), home.clock());
    }

    private GroupProgress progress(QueueRef ref) {
        return group -> groups.committed(group, ref).orElse(0);
    }

    /** Queues open now. */
    public Collection<HostedQueue> all() {
        return open.values();
    }

    /** Queues that were to be opened and could not be, each with the reason. */
    public Map<QueueRef, String> offline() {
        return Map.copyOf(offline);
    }

    /** A queue, when it is open. */
    public Optional<HostedQueue> find(QueueRef ref) {
        return Optional.ofNullable(open.get(ref));
    }

    /** A topic's attributes changed. */
    public void follow(String topic, Policy policy) {
        for (HostedQueue queue : open.values()) {
            if (queue.ref().topic().equals(topic)) {
                queue.follow(policy);
            }
        }
    }

    /** The topic is deleted: its queues are closed, their data goes to the trash. */
    public void forget(String topic) throws IOException {
        offline.keySet().removeIf(ref -> ref.topic().equals(topic));
        for (HostedQueue queue : List.copyOf(open.values())) {
            if (queue.ref().topic().equals(topic)) {
                queue.close();
                open.remove(queue.ref(), queue);
                home.moveToTrash(queue.queue().name());
            }
        }
    }

    /** Closes all, waiting for running passes. */
    public void close() {
        for (HostedQueue queue : open.values()) {
            queue.close();
        }
        open.clear();
    }
}
