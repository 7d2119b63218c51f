package io.firn.bench.peer;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.util.KafkaScheduler;
import org.apache.kafka.storage.internals.log.Cleaner;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.LogSegment;
import org.apache.kafka.storage.internals.log.LogToClean;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.SkimpyOffsetMap;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.internals.utils.Throttler;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

/**
 * Kafka's cleaner over the records of a file, one thread, as its defaults have it but for the memory given and no limit of its
 * rate. Prints one line a round: {@code round} and MiB of Kafka's log, seconds of the cleaning, records left.
 *
 * <p>Arguments: file of frames, number of them, bytes of each, where the key is in each, length of the key, working
 * directory, rounds, MiB of memory for keys.
 */
public final class KafkaCleaner {

    private static final int BATCH_BYTES = 16_384;
    /** What a record of a batch has besides key and value, about: lengths, deltas, attributes. */
    private static final int OVERHEAD = 12;
    private static final int IO_BUFFER = 512 * 1024 / 2;
    private static final double LOAD_FACTOR = 0.9;
    private static final int SEGMENT = 64 << 20;

    private final FileChannel frames;
    private final int records;
    private final int frameBytes;
    private final int keyAt;
    private final int keyBytes;
    private final int memory;

    private KafkaCleaner(FileChannel frames, String[] args) {
        this.frames = frames;
        records = Integer.parseInt(args[1]);
        frameBytes = Integer.parseInt(args[2]);
        keyAt = Integer.parseInt(args[3]);
        keyBytes = Integer.parseInt(args[4]);
        memory = Integer.parseInt(args[7]) << 20;
    }

    public static void main(String[] args) throws Exception {
        try (FileChannel frames = FileChannel.open(Path.of(args[0]))) {
            KafkaCleaner cleaner = new KafkaCleaner(frames, args);
            int rounds = Integer.parseInt(args[6]);
            for (int round = 0; round < rounds; round++) {
                cleaner.round(Path.of(args[5]));
            }
        }
        System.exit(0);
    }

    private void round(Path work) throws Exception {
        Path directory = Files.createDirectories(work.resolve("compaction-0"));
        KafkaScheduler scheduler = new KafkaScheduler(1);
        scheduler.startup();
        try (BrokerTopicStats stats = new BrokerTopicStats()) {
            UnifiedLog log = open(directory.toFile(), scheduler, stats);
            fill(log);
            log.roll();
            log.flush(true);
            long bytes = log.size();
            Cleaner cleaner = new Cleaner(
                    0,
                    new SkimpyOffsetMap(memory),
                    IO_BUFFER,
                    1 << 20,
                    LOAD_FACTOR,
                    new Throttler(Double.MAX_VALUE, 300, "cleaner-io", "bytes", Time.SYSTEM),
                    Time.SYSTEM,
                    partition -> {});
            long begin = System.nanoTime();
            long cleanedTo = 0;
            while (cleanedTo < records) {
                // as often as the keys need it
                cleanedTo = cleaner.clean(new LogToClean(log, cleanedTo, log.activeSegment().baseOffset(), true))
                        .getKey();
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.println("round " + bytes / (double) (1 << 20) + " " + seconds + " " + left(log));
            log.close();
        } finally {
            scheduler.shutdown();
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static UnifiedLog open(File directory, KafkaScheduler scheduler, BrokerTopicStats stats)
            throws IOException {
        LogConfig config = new LogConfig(Map.of(
                "cleanup.policy", "compact",
                "segment.bytes", String.valueOf(SEGMENT),
                "file.delete.delay.ms", "0"));
        return UnifiedLog.create(
                directory,
                config,
                0,
                0,
                scheduler,
                stats,
                Time.SYSTEM,
                60_000,
                new ProducerStateManagerConfig(86_400_000, false),
                600_000,
                new LogDirFailureChannel(1),
                true,
                Optional.empty());
    }

    /** The same keys in the same order, in batches as a producer of default settings sends them. */
    private void fill(UnifiedLog log) throws IOException {
        int perBatch = Math.max(1, BATCH_BYTES / frameBytes);
        ByteBuffer in = ByteBuffer.allocate(perBatch * frameBytes);
        ByteBuffer out = ByteBuffer.allocate(2 * BATCH_BYTES + 2 * frameBytes);
        byte[] key = new byte[keyBytes];
        byte[] value = new byte[frameBytes - keyBytes - OVERHEAD];
        long at = 0;
        for (int done = 0; done < records; ) {
            int count = Math.min(perBatch, records - done);
            in.clear().limit(count * frameBytes);
            while (in.hasRemaining()) {
                at += frames.read(in, at);
            }
            out.clear();
            long now = System.currentTimeMillis();
            MemoryRecordsBuilder batch =
                    MemoryRecords.builder(out, Compression.NONE, TimestampType.CREATE_TIME, 0);
            for (int i = 0; i < count; i++) {
                in.get(i * frameBytes + keyAt, key);
                in.get(i * frameBytes, value);
                batch.append(now, key, value);
            }
            log.appendAsLeader(batch.build(), 0);
            done += count;
        }
    }

    private static long left(UnifiedLog log) {
        long left = 0;
        List<LogSegment> segments = log.logSegments();
        for (LogSegment segment : segments) {
            for (Record ignored : segment.log().records()) {
                left++;
            }
        }
        return left;
    }
}
