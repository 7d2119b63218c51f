package io.firn.bench.peer;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.store.DefaultMessageStore;
import org.apache.rocketmq.store.DispatchRequest;
import org.apache.rocketmq.store.PutMessageStatus;
import org.apache.rocketmq.store.config.MessageStoreConfig;
import org.apache.rocketmq.store.kv.CompactionLog;
import org.apache.rocketmq.store.kv.CompactionStore;
import org.apache.rocketmq.store.stats.BrokerStatsManager;

/**
 * Apache RocketMQ's compaction over the records of a file, one thread, with its defaults on a machine of six cores or more. Prints one line a round: {@code round}, MiB that
 * were compacted, seconds, records left; or {@code failed} and why. RocketMQ leaves out the last file of its log, so that one
 * is not counted.
 *
 * <p>Arguments: file of frames, number of them, bytes of each, where the key is in each, length of the key, working
 * directory, rounds.
 */
public final class ApacheCompactor {

    private static final String TOPIC = "compaction";

    private ApacheCompactor() {}

    public static void main(String[] args) throws Exception {
        try (FileChannel frames = FileChannel.open(Path.of(args[0]))) {
            for (int round = 0; round < Integer.parseInt(args[6]); round++) {
                round(frames, args, Path.of(args[5]));
            }
        }
        System.exit(0);
    }

    private static void round(FileChannel frames, String[] args, Path work) throws Exception {
        MessageStoreConfig config = new MessageStoreConfig();
        config.setStorePathRootDir(work.toString());
        config.setStorePathCommitLog(work.resolve("commitlog").toString());
        // what each of its six threads gets, also where there are fewer cores and so fewer threads
        int threads = Math.min(Runtime.getRuntime().availableProcessors(), config.getCompactionThreadNum());
        config.setMaxOffsetMapSize(config.getMaxOffsetMapSize() / config.getCompactionThreadNum() * threads);
        DefaultMessageStore store = new DefaultMessageStore(
                config, new BrokerStatsManager("bench", true), null, new BrokerConfig(), new ConcurrentHashMap<>());
        CompactionStore compaction = new CompactionStore(store);
        CompactionLog log = new CompactionLog(store, compaction, TOPIC, 0);
        try {
            log.load(true);
            fill(log, frames, args);
            log.flush(0);
            Method chosen = method("getCompactionFile");
            Object files = chosen.invoke(log);
            int whole = log.getLog().getMappedFiles().size() - 1;
            double mebibytes = (double) whole * log.getLog().getMappedFileSize() / (1 << 20);
            Method compact = method("compactAndReplace", chosen.getReturnType());
            long begin = System.nanoTime();
            try {
                compact.invoke(log, files);
            } catch (InvocationTargetException e) {
                System.out.println("failed " + e.getCause());
                return;
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.println("round " + mebibytes + " " + seconds + " -1");
        } finally {
            log.getLog().destroy();
            compaction.shutdown();
            try (Stream<Path> left = Files.walk(work)) {
                for (Path file : left.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static Method method(String name, Class<?>... types) throws NoSuchMethodException {
        Method method = CompactionLog.class.getDeclaredMethod(name, types);
        method.setAccessible(true);
        return method;
    }

    private static void fill(CompactionLog log, FileChannel frames, String[] args) throws Exception {
        int records = Integer.parseInt(args[1]);
        int bytes = Integer.parseInt(args[2]);
        int keyAt = Integer.parseInt(args[3]);
        byte[] key = new byte[Integer.parseInt(args[4])];
        ByteBuffer frame = ByteBuffer.allocate(bytes);
        long at = 0;
        for (int i = 0; i < records; i++) {
            frame.clear();
            while (frame.hasRemaining()) {
                at += frames.read(frame, at);
            }
            frame.flip();
            frame.get(keyAt, key);
            DispatchRequest request = new DispatchRequest(
                    TOPIC,
                    0,
                    (long) i * bytes,
                    bytes,
                    0,
                    1,
                    i,
                    new String(key, StandardCharsets.US_ASCII),
                    "id",
                    0,
                    0,
                    null);
            PutMessageStatus status = log.asyncPutMessage(frame, request).get().getPutMessageStatus();
            if (status != PutMessageStatus.PUT_OK) {
                throw new IllegalStateException("record " + i + ": " + status);
            }
        }
    }
}
