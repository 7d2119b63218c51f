package io.firn.broker.queue;

import io.firn.broker.runtime.ByteSize;
import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.ConfigView;
import java.time.Duration;

/**
 * Settings of consume queues, key index and long polls.
 *
 * @param unitsPerFile entries of one consume-queue file
 * @param maxMappedFiles how many consume-queue and index files are mapped at once, apart from those in use
 * @param indexing what the key index holds
 * @param indexSlots hash slots of one index file
 * @param indexEntries entries of one index file; the first is never used
 * @param forceInterval least time between two forces of changed files
 * @param idleInterval an entry file that nobody used for one to two of these is unmapped
 * @param maxParkedPolls how many polls may wait at queue tails
 * @param delayLevels the delays of scheduled messages
 */
public record QueueConfig(
        int unitsPerFile,
        int maxMappedFiles,
        Indexing indexing,
        int indexSlots,
        int indexEntries,
        Duration forceInterval,
        Duration idleInterval,
        int maxParkedPolls,
        DelayLevels delayLevels) {

    /** What the key index holds. */
    public enum Indexing {
        /** Nothing: messages are not found by key. */
        OFF,
        /** Unique ids and keys. */
        KEYS,
        /** Unique ids, keys and tags. */
        KEYS_AND_TAGS
    }

    private static final long GIB = 1L << 30;

    public QueueConfig {
        if (unitsPerFile < 1 || maxMappedFiles < 1 || indexSlots < 1 || indexEntries < 2 || maxParkedPolls < 1) {
            throw new IllegalArgumentException("sizes and limits of queues must be positive");
        }
    }

    /** Bytes of one consume-queue file. */
    int queueFileBytes() {
        return unitsPerFile * QueueUnit.BYTES;
    }

    /** Reads the settings; RocketMQ's keys keep their meaning. */
    public static QueueConfig from(ConfigView view) {
        ByteSize file = view.bytes(
                "mappedFileSizeConsumeQueue",
                new ByteSize(6_000_000),
                new ByteSize(QueueUnit.BYTES),
                new ByteSize(GIB),
                "Size of one consume-queue file, rounded up to whole entries of 20 bytes.");
        return new QueueConfig(
                (int) ((file.toBytes() + QueueUnit.BYTES - 1) / QueueUnit.BYTES),
                view.integer(
                        "firn.queue.maxMappedFiles",
                        16_384,
                        8,
                        1_000_000,
                        "How many consume-queue and index files are mapped at once."),
                indexing(view),
                view.integer("maxHashSlotNum", 5_000_000, 1, 100_000_000, "Hash slots of one index file."),
                view.integer("maxIndexNum", 20_000_000, 2, 80_000_000, "Entries of one index file."),
                view.millis(
                        "flushIntervalConsumeQueue",
                        1_000,
                        1,
                        3_600_000,
                        "Least time between two forces of changed consume-queue and index files."),
                view.millis(
                        "firn.queue.idleInterval",
                        60_000,
                        1_000,
                        86_400_000,
                        "A consume-queue or index file that nobody used for this long is unmapped."),
                view.integer(
                        "firn.queue.maxParkedPolls",
                        100_000,
                        1,
                        10_000_000,
                        "How many pulls may wait at the ends of queues."),
                delayLevels(view));
    }

    private static Indexing indexing(ConfigView view) {
        boolean keys = view.flag("messageIndexEnable", true, "Whether messages can be found by key.");
        boolean tags = view.flag("firn.queue.indexTags", true, "Whether messages can be found by tag.");
        if (!keys) {
            return Indexing.OFF;
        }
        return tags ? Indexing.KEYS_AND_TAGS : Indexing.KEYS;
    }

    private static DelayLevels delayLevels(ConfigView view) {
        String key = "messageDelayLevel";
        String text = view.string(key, DelayLevels.DEFAULT, "Delays of levels 1, 2, ... of scheduled messages.");
        try {
            return DelayLevels.parse(text);
        } catch (IllegalArgumentException e) {
            ConfigException failure = new ConfigException(key, text, "delays such as 1s 5m 2h");
            failure.initCause(e);
            throw failure;
        }
    }
}
