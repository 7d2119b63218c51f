package io.firn.tiered;

import io.firn.spi.StopReason;
import io.firn.spi.admin.AdminCommand;
import io.firn.spi.cold.ColdBatch;
import io.firn.spi.cold.ColdKeyRequest;
import io.firn.spi.cold.ColdReader;
import io.firn.spi.cold.ColdRequest;
import io.firn.spi.contract.Deadline;
import io.firn.spi.fake.FakeCaller;
import io.firn.spi.fake.FakeCancelToken;
import io.firn.spi.fake.FakeContext;
import io.firn.spi.fake.FakeFilter;
import io.firn.spi.fake.FakeLog;
import io.firn.spi.fake.FakeRegistrar;
import io.firn.spi.fake.FrameBuilder;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.message.FrameView;
import io.firn.spi.read.Boundary;
import io.firn.spi.retention.SegmentCleanupHook;
import io.firn.spi.topic.QueueRef;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A broker that is made of fakes, with the plugin. */
final class Room implements AutoCloseable {
    static final QueueRef QUEUE = new QueueRef("orders", 0);

    private final FakeContext context;
    private final TieredPlugin plugin = new TieredPlugin();

    Room(Path directory, TieredConfig config) throws IOException {
        context = new FakeContext(Files.createDirectories(directory), config);
    }

    FakeContext context() {
        return context;
    }

    Room started() {
        plugin.start(context);
        context.register().end();
        return this;
    }

    FakeLog log() {
        return context.reader();
    }

    void append(int from, int to) {
        for (int i = from; i < to; i++) {
            append(QUEUE, i);
        }
    }

    void append(QueueRef queue, int number) {
        log().append(FrameBuilder.in(queue)
                .storedMs(context.clock().millis())
                .body("message " + number)
                .property("TAGS", "t" + number % 3)
                .property("KEYS", "k" + number));
    }

    /** Runs a command of the plugin, with 30 s for it. */
    @Nullable
    Object command(String name, Record args) throws Exception {
        return command(name, args, FakeCaller.nobody());
    }

    @SuppressWarnings("unchecked") // the test gives the arguments that the command was registered with
    @Nullable
    Object command(String name, Record args, FakeCaller caller) throws Exception {
        for (FakeRegistrar.Registered registered : context.register().all()) {
            if (registered.kind().equals("command") && registered.spec().equals(name)) {
                return ((AdminCommand<Record>) registered.implementation()).run(args, caller);
            }
        }
        throw new IllegalArgumentException("no command " + name);
    }

    /** Time passes, and all that is due is done. */
    void pass(Duration time) throws Exception {
        context.clock().advance(time);
        context.scheduler().runDue();
    }

    void ticks() throws Exception {
        context.clock().advance(Duration.ofSeconds(1));
        context.scheduler().runDue();
    }

    ColdReader reader() {
        return context.register().only(ColdReader.class);
    }

    SegmentCleanupHook gate() {
        return context.register().only(SegmentCleanupHook.class);
    }

    List<String> read(long from, long to) throws Exception {
        return read(QUEUE, from, to);
    }

    /** What a group's read gives, up to so many messages. */
    CompletableFuture<ColdBatch> ask(String group, QueueRef queue, long offset, int messages) {
        ColdRequest.Reader who = new ColdRequest.Reader(
                group, ColdRequest.Access.SEQUENTIAL, Deadline.after(Duration.ofMinutes(1), System::nanoTime));
        ColdRequest request =
                new ColdRequest(queue, offset, new ColdRequest.Limits(messages, 1 << 20), FakeFilter.all(), who);
        return reader().read(request, new FakeCancelToken()).toCompletableFuture();
    }

    List<String> read(QueueRef queue, long from, long to) throws Exception {
        List<String> bodies = new ArrayList<>();
        long offset = from;
        while (offset < to) {
            ColdBatch batch = ask("g", queue, offset, 7).get(1, TimeUnit.MINUTES);
            ColdBatch.Found found = (ColdBatch.Found) batch;
            for (ByteBuffer buffer : found.frames().buffers()) {
                FrameView view = new FrameView();
                for (int at = 0; at < buffer.limit(); at += view.totalSize()) {
                    view.wrap(buffer, at);
                    bodies.add(StandardCharsets.UTF_8.decode(view.body()).toString());
                }
            }
            found.frames().close();
            offset = found.nextOffset();
        }
        return bodies;
    }

    /** The first offset stored then or later. */
    long offsetByTime(QueueRef queue, long timeMs) throws Exception {
        return reader().offsetByTime(queue, timeMs, Boundary.LOWER)
                .toCompletableFuture()
                .get(1, TimeUnit.MINUTES)
                .orElseThrow();
    }

    /** How many messages of that key were stored in that millisecond. */
    int byKey(QueueRef queue, int number, long storedMs) throws Exception {
        ColdKeyRequest request = new ColdKeyRequest(
                queue.topic(),
                "k" + number,
                new ColdKeyRequest.Window(storedMs, storedMs),
                10,
                Deadline.after(Duration.ofMinutes(1), System::nanoTime));
        try (FrameBatch found = reader().byKey(request, new FakeCancelToken())
                .toCompletableFuture()
                .get(1, TimeUnit.MINUTES)) {
            return found.messages();
        }
    }

    @Override
    public void close() {
        plugin.stop(StopReason.SHUTDOWN, Duration.ofSeconds(10));
        context.close();
    }
}
