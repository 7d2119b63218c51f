package ${package};

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.StopReason;
import io.firn.spi.StopReport;
import io.firn.spi.cold.ColdBatch;
import io.firn.spi.cold.ColdReader;
import io.firn.spi.cold.ColdReaderSpec;
import io.firn.spi.cold.ColdRequest;
import io.firn.spi.cold.Coverage;
import io.firn.spi.contract.CancelToken;
import io.firn.spi.dispatch.CommitLogDispatcher;
import io.firn.spi.dispatch.DispatchBatch;
import io.firn.spi.dispatch.DispatcherSpec;
import io.firn.spi.dispatch.LagLimit;
import io.firn.spi.dispatch.LagPolicy;
import io.firn.spi.dispatch.Progress;
import io.firn.spi.dispatch.StartFrom;
import io.firn.spi.message.FrameView;
import io.firn.spi.read.FrameCursor;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.TopicSelector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** Copies messages to files, one a queue, and serves them from there when the log no longer has them. */
public final class ${className} implements BrokerPlugin {

    private final List<AutoCloseable> opened = new ArrayList<>();

    @Override
    public void start(PluginContext context) throws IOException {
        ${className}Settings settings = context.config(${className}Settings.class);
        Path directory = Files.createDirectories(context.dataDir().resolve("archive"));
        Archive archive = new Archive(directory, context.blockingIo(settings.readers()));
        opened.add(archive);
        TopicSelector topics = TopicSelector.matching(settings.topics());
        DispatcherSpec follower = DispatcherSpec.of("archive")
                .withTopics(topics)
                .withStart(StartFrom.EARLIEST)
                .withLag(LagLimit.of(LagPolicy.HOLD_CLEANUP)); // nothing is deleted that is not in a file
        context.register().dispatcher(follower, archive);
        context.register().coldReader(new ColdReaderSpec("archive", topics, 0), archive);
    }

    @Override
    public StopReport stop(StopReason reason, Duration grace) throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        return StopReport.clean();
    }

    /** The files. Written by the dispatcher's thread, read by many. */
    private static final class Archive implements CommitLogDispatcher, ColdReader, AutoCloseable {

        private final Path directory;
        private final Executor io;
        private final Map<QueueRef, QueueFile> queues = new ConcurrentHashMap<>();

        Archive(Path directory, Executor io) throws IOException {
            this.directory = directory;
            this.io = io;
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    String name = file.getFileName().toString();
                    int at = name.lastIndexOf('@');
                    QueueRef queue = new QueueRef(name.substring(0, at), Integer.parseInt(name.substring(at + 1)));
                    queues.put(queue, QueueFile.open(file));
                }
            }
        }

        @Override
        public void dispatch(DispatchBatch batch, Progress progress) throws IOException {
            try (FrameCursor frames = batch.frames()) {
                while (frames.next()) {
                    FrameView frame = frames.frame();
                    QueueRef queue = new QueueRef(frame.topic(), frame.queueId());
                    queues.computeIfAbsent(queue, this::fileOf).add(frame);
                }
            }
            for (QueueFile file : queues.values()) {
                file.write();
            }
            progress.durableUpTo(batch.to());
        }

        private QueueFile fileOf(QueueRef queue) {
            try {
                return QueueFile.open(directory.resolve(queue.topic() + "@" + queue.queueId()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void onTruncate(long position) throws IOException {
            for (QueueFile file : queues.values()) {
                file.keepBelow(position);
            }
        }

        @Override
        public void close() throws IOException {
            for (QueueFile file : queues.values()) {
                file.close();
            }
        }

        @Override
        public Coverage coverage(QueueRef queue) {
            QueueFile file = queues.get(queue);
            return file == null ? Coverage.NONE : file.coverage();
        }

        /** On a thread of the broker: the reading itself is done on threads that may wait. */
        @Override
        public CompletionStage<ColdBatch> read(ColdRequest request, CancelToken token) {
            QueueFile file = queues.get(request.queue());
            if (file == null) {
                return CompletableFuture.failedFuture(new IOException("no file of " + request.queue()));
            }
            return CompletableFuture.supplyAsync(() -> file.read(request.offset(), request.limits()), io);
        }
    }
}
