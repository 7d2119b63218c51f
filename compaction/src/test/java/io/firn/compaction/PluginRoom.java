package io.firn.compaction;

import static org.awaitility.Awaitility.await;

import io.firn.spi.StopReason;
import io.firn.spi.admin.AdminCommand;
import io.firn.spi.fake.FakeContext;
import io.firn.spi.fake.FakeFilter;
import io.firn.spi.fake.FakeQueue;
import io.firn.spi.fake.FakeRegistrar;
import io.firn.spi.fake.FakeTopics;
import io.firn.spi.fake.FrameBuilder;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.message.FrameView;
import io.firn.spi.objects.ObjectSpace;
import io.firn.spi.objects.ObjectStorage;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.queue.QueueReaderFactory;
import io.firn.spi.queue.ReadRequest;
import io.firn.spi.queue.ReadResult;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A broker of fakes with the plugin, on a disk of its own, with the object storage a test gives it. */
final class PluginRoom {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    final FakeContext context;
    private final CompactionPlugin plugin = new CompactionPlugin();
    private final Map<QueueRef, List<ByteBuffer>> frames = new HashMap<>();
    private final List<QueueReader> readers = new ArrayList<>();
    private boolean closed;

    PluginRoom(Path directory, CompactionConfig config, ObjectStorage storage) throws Exception {
        context = new FakeContext(Files.createDirectories(directory), config);
        if (storage == null) {
            context.objects().leave(ObjectSpace.State.ABSENT);
        } else {
            context.objects().provide(storage);
        }
        for (String name : List.of("table", "other")) {
            Topic plain = FakeTopics.topic(name, 1);
            context.topics()
                    .put(new Topic(
                            name,
                            plain.kind(),
                            plain.layout(),
                            Map.of("cleanup.policy", "COMPACTION"),
                            new UUID(1, name.length())));
        }
        plugin.start(context);
    }

    void put(QueueRef queue, String key, String value) {
        List<ByteBuffer> log = frames.computeIfAbsent(queue, ref -> new ArrayList<>());
        FrameBuilder message = FrameBuilder.in(queue)
                .offset(log.size())
                .storedMs(context.clock().millis())
                .property("KEYS", key)
                .body(value);
        long position = context.reader().append(message);
        log.add(message.position(position).build());
    }

    QueueReader open(QueueRef queue) throws Exception {
        QueueReader reader = context.register()
                .only(QueueReaderFactory.class)
                .open(queue, new FakeQueue(0, frames.computeIfAbsent(queue, ref -> new ArrayList<>())));
        readers.add(reader);
        return reader;
    }

    /** Time goes by, and what is due runs. */
    void pass(Duration time) throws Exception {
        context.clock().advance(time);
        context.scheduler().runDue();
    }

    Object command(String name, Record args) throws Exception {
        for (FakeRegistrar.Registered registered : context.register().all()) {
            if (registered.implementation() instanceof AdminCommand<?>
                    && registered.spec().equals(name)) {
                @SuppressWarnings("unchecked")
                AdminCommand<Record> command = (AdminCommand<Record>) registered.implementation();
                return command.run(args, null);
            }
        }
        throw new AssertionError("no command " + name);
    }

    String status(String topic) throws Exception {
        return command("status", new QueueArgs(topic, -1)).toString();
    }

    void compact(QueueReader reader, long until) throws Exception {
        // one pass at a time
        await().atMost(PATIENCE).until(() -> {
            command("run", new QueueArgs("", -1));
            return reader.nextOffsetFloor() == until;
        });
    }

    /** Ticks until the generation of the topic's queue is archived. */
    void archived(String topic) {
        await().atMost(PATIENCE).until(() -> {
            pass(Duration.ofSeconds(1));
            String status = status(topic);
            String generation = status.replaceFirst(".*\\{?.*?[ {]generation=(\\d+).*", "$1");
            return status.contains("archivedGeneration=" + generation + ",") && status.contains("archiveLagMs=0");
        });
    }

    /** Bodies by offset from an offset on, in one read, which may take io. */
    Map<Long, String> read(QueueReader reader, long offset) throws Exception {
        ReadResult result = reader.read(new ReadRequest(offset, 32, 1 << 20, FakeFilter.all(), Map.of()));
        if (result instanceof ReadResult.Later later) {
            result = later.result().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        Map<Long, String> found = new HashMap<>();
        if (result instanceof ReadResult.Found batch) {
            try (FrameBatch held = batch.frames()) {
                for (ByteBuffer buffer : held.buffers()) {
                    for (int at = buffer.position(); at < buffer.limit(); ) {
                        FrameView frame = new FrameView().wrap(buffer, at);
                        found.put(
                                frame.queueOffset(),
                                StandardCharsets.UTF_8.decode(frame.body()).toString());
                        at += frame.totalSize();
                    }
                }
            }
        }
        return found;
    }

    String health(String part) {
        return context.health().words().getOrDefault(part, "nothing");
    }

    void close() throws Exception {
        if (!closed) {
            closed = true;
            for (QueueReader reader : readers) {
                reader.close();
            }
            plugin.stop(StopReason.SHUTDOWN, Duration.ofSeconds(10));
            context.close();
        }
    }
}
