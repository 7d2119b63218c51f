package io.firn.broker.queue;

import io.firn.broker.log.MappedFile;
import io.firn.broker.queue.QueueConfig.Indexing;
import io.firn.broker.record.KeyConsumer;
import io.firn.broker.record.PropertyBytes;
import io.firn.broker.record.RecordView;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds records by key: {@code index/<local time>} in RocketMQ's format. The dispatcher's thread puts, any thread
 * queries, the housekeeper forces and expires.
 */
public final class KeyIndex implements AutoCloseable {

    private static final byte[] TAGS = "TAGS".getBytes(StandardCharsets.US_ASCII);
    private static final int HASH_STEP = 31;
    private static final int MAX_MAPPED = 8;

    private final Indexing indexing;
    private final MappingPool pool;
    private final ChangedFiles changed = new ChangedFiles();
    private final KeptMappings kept;
    private final IndexFiles files;
    private final KeyConsumer keys = this::putKey;

    /** Position of the last record put, -1 before the first; dispatcher's thread, as the four below. */
    private long lastPosition;

    private @Nullable IndexFile current;
    private int prefixHash;
    private long putPosition;
    private long putTimeMs;

    /** What a query's key is. */
    public enum KeyType {
        /** A word of property {@code KEYS}. */
        KEY,
        /** Property {@code UNIQ_KEY}. */
        UNIQUE,
        /** All of property {@code TAGS}. */
        TAG
    }

    /** Store times in ms, both ends included. */
    public record Range(long beginMs, long endMs) {

        private static final int LAST_OF_SECOND = 999;

        /** Whether a message may lie in this range whose time is known to the second. */
        boolean containsSecondFrom(long secondMs) {
            return secondMs <= endMs && secondMs + LAST_OF_SECOND >= beginMs;
        }
    }

    private KeyIndex(QueueConfig config, Path directory, Clock clock, Metrics metrics) {
        this.indexing = config.indexing();
        this.pool = new MappingPool(
                MAX_MAPPED, metrics.counter("firn_queue_index_maps_total", "Index files mapped or mapped again."));
        this.kept = new KeptMappings(pool.limit(), changed);
        this.files = new IndexFiles(config, directory, pool, clock);
    }

    /**
     * Opens the index. Where the queues were cut, after a crash, so is the index: the dispatcher puts the rest again.
     *
     * @param root the store's directory
     * @param queues of the same store, open
     * @throws io.firn.broker.runtime.StorageException when files are not what the configuration says
     */
    public static KeyIndex open(QueueConfig config, Path root, ConsumeQueues queues, Clock clock, Metrics metrics) {
        KeyIndex index = new KeyIndex(config, root.resolve("index"), clock, metrics);
        if (index.indexing != Indexing.OFF) {
            index.files.list();
            if (queues.cutPosition() != Long.MAX_VALUE) {
                index.files.repair(queues.cutPosition());
            }
        }
        index.current = index.files.last();
        index.lastPosition = index.files.lastPosition();
        return index;
    }

    /** Indexes a record, unless it was before; its file stays held until {@link #endBatch}. Dispatcher's thread. */
    void put(String topic, RecordView record, long position) {
        if (indexing == Indexing.OFF || position <= lastPosition) {
            return;
        }
        prefixHash = HASH_STEP * topic.hashCode() + '#';
        putPosition = position;
        putTimeMs = record.storeTimestamp();
        record.forEachKey(keys);
        if (indexing == Indexing.KEYS_AND_TAGS) {
            putTags(record);
        }
        lastPosition = position;
    }

    private void putKey(KeyConsumer.Kind kind, byte[] bytes, int from, int length) {
        putHash(append(prefixHash, bytes, from, length));
    }

    private void putTags(RecordView record) {
        PropertyBytes properties = record.properties();
        if (properties.find(TAGS)) {
            int hash = HASH_STEP * (HASH_STEP * prefixHash + 'T') + '#';
            putHash(append(hash, properties.array(), properties.valueOffset(), properties.valueLength()));
        }
    }

    private void putHash(int javaHash) {
        IndexFile file = current;
        if (file == null || file.isFull()) {
            file = files.roll(file);
            current = file;
        }
        MappedFile mapping = kept.keep(file.file());
        if (mapping != null) {
            file.put(mapping, slotHash(javaHash), putPosition, putTimeMs);
        }
    }

    /**
     * Lets the files go that entries were put to, and has them forced with the next pass. Before the batch is told as
     * dispatched, whatever became of it. Dispatcher's thread.
     */
    void endBatch() {
        kept.releaseAll();
    }

    /** The hash of a text with the hash {@code prefix}, followed by these bytes' text. */
    private static int append(int prefix, byte[] utf8, int from, int length) {
        int hash = prefix;
        for (int i = from; i < from + length; i++) {
            if (utf8[i] < 0) {
                return appendText(prefix, new String(utf8, from, length, StandardCharsets.UTF_8));
            }
            hash = HASH_STEP * hash + utf8[i];
        }
        return hash;
    }

    private static int appendText(int prefix, String text) {
        int hash = prefix;
        for (int i = 0; i < text.length(); i++) {
            hash = HASH_STEP * hash + text.charAt(i);
        }
        return hash;
    }

    /** As RocketMQ does it: the absolute value, and 0 for the number that has none. */
    static int slotHash(int javaHash) {
        return javaHash == Integer.MIN_VALUE ? 0 : Math.abs(javaHash);
    }

    /**
     * Looks a key up. May fault pages in. Any thread.
     *
     * @param max most positions
     */
    public KeyMatches query(String topic, String key, KeyType type, Range range, int max) {
        String prefix = type == KeyType.TAG ? topic + "#T#" : topic + "#";
        int hash = slotHash((prefix + key).hashCode());
        LongStream.Builder positions = LongStream.builder();
        List<IndexFile> all = files.all();
        int found = 0;
        for (int i = all.size() - 1; i >= 0 && found < max; i--) {
            IndexFile file = all.get(i);
            if (file.overlaps(range.beginMs(), range.endMs())) {
                found += file.query(hash, range, max - found, positions);
            }
            if (file.beginTimeMs() < range.beginMs()) {
                break;
            }
        }
        IndexFile last = all.isEmpty() ? null : all.getLast();
        return new KeyMatches(
                positions.build().toArray(),
                last == null ? 0 : last.endTimeMs(),
                last == null ? 0 : last.endPosition());
    }

    /** The files a forcing pass has to look at. */
    ChangedFiles changed() {
        return changed;
    }

    /** Unmaps files that were not used since the last call; returns how many. Housekeeper. */
    public int closeIdle() {
        return pool.evictIdle();
    }

    /** Deletes files whose last record is no longer in the log, never the last one. Returns how many. Housekeeper. */
    public int deleteBelow(long logStart) {
        return files.deleteBelow(logStart);
    }

    /** Unmaps everything. After the dispatcher has ended and {@link QueueForcer} was closed. Idempotent. */
    @Override
    public void close() {
        pool.close();
    }
}
