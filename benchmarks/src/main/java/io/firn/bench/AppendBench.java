package io.firn.bench;

import io.firn.broker.log.Checkpoint;
import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogConfig;
import io.firn.broker.log.LogRuntime;
import io.firn.broker.log.LogWriter;
import io.firn.broker.log.QueueTail;
import io.firn.broker.log.StoreDirectory;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import io.firn.broker.record.RecordEncoder;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.TaskAgent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One message from its parsed request to its place in the log. Goal: at most 1 µs and 0 B/op at 128 B (run with
 * {@code -prof gc}). A new log for each short iteration, so that the disk's rate does not become what is measured; it
 * lies in memory ({@code /dev/shm}) where there is such a file system. {@link MemoryCopyBench} is the limit.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-Xms256m", "-Xmx256m", "-XX:+UseSerialGC"})
@Warmup(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class AppendBench {
    private static final Path MEMORY = Path.of("/dev/shm");

    @Param({"128", "1024"})
    private int bodyBytes;

    private final RecordEncoder encoder = new RecordEncoder(HostAddress.parse("127.0.0.1:10911"), 4 << 20);
    private MessageSource message = new Message(0);
    private QueueTail tail = new QueueTail(0);
    private Closer closer = new Closer();
    private @Nullable Path directory;
    private @Nullable LogWriter writer;

    @Setup(Level.Iteration)
    public void open() throws IOException {
        Path root = Files.isWritable(MEMORY)
                ? Files.createTempDirectory(MEMORY, "firn-append")
                : Files.createTempDirectory("firn-append");
        directory = root;
        message = new Message(bodyBytes);
        tail = new QueueTail(0);
        closer = new Closer();
        StoreDirectory store = closer.add(StoreDirectory.open(root));
        Checkpoint checkpoint = closer.add(Checkpoint.open(root));
        TaskAgent housekeeper =
                closer.add(TaskAgent.start("bench-housekeeper", 64, Clock.system(), AppendBench::failed));
        LogConfig config = LogConfig.from(new ConfigView(Map.of("storePathRootDir", root.toString())));
        LogRuntime runtime = new LogRuntime(Clock.system(), new Metrics(), AppendBench::failed, housekeeper);
        writer = closer.add(CommitLog.open(config, store, checkpoint, runtime)).writer();
    }

    @TearDown(Level.Iteration)
    public void close() {
        closer.close();
        if (directory != null) {
            Session.delete(directory);
        }
    }

    @Benchmark
    public int encode() {
        return encoder.encode(message).length();
    }

    @Benchmark
    public long encodeAndAppend() {
        if (writer == null) {
            throw new IllegalStateException("not open");
        }
        writer.append(encoder.encode(message), tail);
        return tail.next();
    }

    private static void failed(String component, Throwable cause) {
        throw new IllegalStateException(component, cause);
    }

    /** What a send of one message holds. */
    private static final class Message implements MessageSource {
        private static final HostAddress BORN = HostAddress.parse("127.0.0.1:50000");

        private final byte[] body;
        private final byte[] properties = ("UNIQ_KEY\u00017F000001000018B4AAC2A1B200000000\u0002WAIT\u0001true\u0002"
                        + "MSG_REGION\u0001DefaultRegion\u0002CLUSTER\u0001DefaultCluster\u0002TRACE_ON\u0001true\u0002")
                .getBytes(StandardCharsets.UTF_8);

        Message(int bodyBytes) {
            body = new byte[bodyBytes];
        }

        @Override
        public String topic() {
            return "bench-1000";
        }

        @Override
        public int queueId() {
            return 3;
        }

        @Override
        public int flag() {
            return 0;
        }

        @Override
        public int sysFlag() {
            return 0;
        }

        @Override
        public long bornTimestamp() {
            return 1_700_000_000_000L;
        }

        @Override
        public HostAddress bornHost() {
            return BORN;
        }

        @Override
        public int reconsumeTimes() {
            return 0;
        }

        @Override
        public long preparedTransactionOffset() {
            return 0;
        }

        @Override
        public int bodyLength() {
            return body.length;
        }

        @Override
        public void copyBody(ByteBuffer to) {
            to.put(body);
        }

        @Override
        public int propertiesLength() {
            return properties.length;
        }

        @Override
        public void copyProperties(ByteBuffer to) {
            to.put(properties);
        }
    }
}
