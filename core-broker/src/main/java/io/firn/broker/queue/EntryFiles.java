package io.firn.broker.queue;

import java.nio.file.Path;

/** What all queues share: where their files are, how long these are, and the pool their mappings come from. */
final class EntryFiles {

    private final Path root;
    private final int unitsPerFile;
    private final MappingPool pool;
    private final ChangedFiles changed = new ChangedFiles();
    private final KeptMappings kept;
    private final DamagedQueues damaged = new DamagedQueues();

    EntryFiles(Path root, int unitsPerFile, MappingPool pool) {
        this.root = root;
        this.unitsPerFile = unitsPerFile;
        this.pool = pool;
        this.kept = new KeptMappings(pool.limit(), changed);
    }

    /** Where the queues of a topic are. */
    Path directory(String topic) {
        return root.resolve(topic);
    }

    /** Where the files of a queue are. */
    Path directory(String topic, int queueId) {
        return directory(topic).resolve(Integer.toString(queueId));
    }

    int unitsPerFile() {
        return unitsPerFile;
    }

    int fileBytes() {
        return unitsPerFile * QueueUnit.BYTES;
    }

    MappingPool pool() {
        return pool;
    }

    ChangedFiles changed() {
        return changed;
    }

    /** What the dispatcher's batch writes to. */
    KeptMappings kept() {
        return kept;
    }

    DamagedQueues damaged() {
        return damaged;
    }

    LazyFile queueFile(Path path) {
        return new LazyFile(pool, path, fileBytes());
    }
}
