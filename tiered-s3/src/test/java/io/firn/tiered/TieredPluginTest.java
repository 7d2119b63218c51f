package io.firn.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.StopReason;
import io.firn.spi.cold.ColdBatch;
import io.firn.spi.cold.ColdReader;
import io.firn.spi.cold.ColdRequest;
import io.firn.spi.cold.Coverage;
import io.firn.spi.contract.ByteSize;
import io.firn.spi.contract.Deadline;
import io.firn.spi.fake.FakeCancelToken;
import io.firn.spi.fake.FakeContext;
import io.firn.spi.fake.FakeFilter;
import io.firn.spi.fake.FakeLog;
import io.firn.spi.fake.FrameBuilder;
import io.firn.spi.message.FrameView;
import io.firn.spi.read.SegmentRef;
import io.firn.spi.retention.DeleteCause;
import io.firn.spi.retention.SegmentCleanupHook;
import io.firn.spi.topic.QueueRef;
import io.firn.tiered.store.StoreProbe;
import io.firn.tiered.store.StoreProtection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin in a broker that is made of fakes: a log in memory, a store in a directory. */
final class TieredPluginTest {
    private static final QueueRef QUEUE = new QueueRef("orders", 0);

    @TempDir
    private Path directory;

    private static TieredConfig config(@Nullable URI location) {
        return new TieredConfig(
                location,
                null,
                null,
                false,
                null,
                null,
                null,
                TieredConfig.Encryption.BUCKET_DEFAULT,
                null,
                StoreProtection.ChecksumPolicy.ALWAYS,
                StoreProbe.Fencing.BY_STORE,
                null,
                Duration.ofHours(1),
                new ByteSize(0),
                8,
                1,
                new ByteSize(1024),
                Duration.ZERO,
                ByteSize.ofMebibytes(8),
                ByteSize.ofMebibytes(1),
                ByteSize.ofMebibytes(1),
                ByteSize.ofMebibytes(1));
    }

    /** A broker with the plugin started. */
    private final class Room implements AutoCloseable {
        private final FakeContext context;
        private final TieredPlugin plugin = new TieredPlugin();

        Room(String name, @Nullable URI location) throws Exception {
            context = new FakeContext(Files.createDirectories(directory.resolve(name)), config(location));
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
                log().append(FrameBuilder.in(QUEUE).body("message " + i).property("TAGS", "t" + i % 3));
            }
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
            List<String> bodies = new ArrayList<>();
            long offset = from;
            while (offset < to) {
                ColdRequest.Reader who = new ColdRequest.Reader(
                        "g", ColdRequest.Access.SEQUENTIAL, Deadline.after(Duration.ofMinutes(1), System::nanoTime));
                ColdRequest request =
                        new ColdRequest(QUEUE, offset, new ColdRequest.Limits(7, 1 << 20), FakeFilter.all(), who);
                ColdBatch batch = reader().read(request, new FakeCancelToken())
                        .toCompletableFuture()
                        .get(1, TimeUnit.MINUTES);
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

        @Override
        public void close() {
            plugin.stop(StopReason.SHUTDOWN, Duration.ofSeconds(10));
            context.close();
        }
    }

    private static List<String> messages(int from, int to) {
        List<String> expected = new ArrayList<>();
        for (int i = from; i < to; i++) {
            expected.add("message " + i);
        }
        return expected;
    }

    @Test
    void archivesSealedSegmentsAndServesThem() throws Exception {
        try (Room room = new Room("a", null).started()) {
            room.append(0, 200);
            room.ticks();
            Coverage covered = room.reader().coverage(QUEUE);
            assertThat(covered.min()).isZero();
            assertThat(covered.max()).isBetween(100L, 199L);
            assertThat(room.read(0, covered.max())).isEqualTo(messages(0, (int) covered.max()));
            assertThat(room.log().open()).isZero();
        }
    }

    @Test
    void opensTheGateForArchivedSegmentsOnly() throws Exception {
        try (Room room = new Room("a", null).started()) {
            room.append(0, 100);
            SegmentRef first = room.log().segments().getFirst();
            SegmentRef last = room.log().segments().getLast();
            assertThat(room.gate().beforeDelete(first, DeleteCause.EXPIRED).isHeld())
                    .isTrue();
            room.ticks();
            assertThat(room.gate().beforeDelete(first, DeleteCause.EXPIRED).isHeld())
                    .isFalse();
            assertThat(room.gate().beforeDelete(last, DeleteCause.DISK_FORCED).isHeld())
                    .isTrue();
        }
    }

    @Test
    void archivesTheOpenSegmentWhenItsMessagesAreOld() throws Exception {
        try (Room room = new Room("a", null).started()) {
            room.append(0, 5);
            room.ticks();
            assertThat(room.reader().coverage(QUEUE)).isEqualTo(Coverage.NONE);
            room.context.clock().advance(Duration.ofMinutes(61));
            room.ticks();
            assertThat(room.reader().coverage(QUEUE)).isEqualTo(new Coverage(0, 5));
            room.append(5, 100);
            room.ticks();
            int max = (int) room.reader().coverage(QUEUE).max();
            assertThat(max).isGreaterThan(5);
            assertThat(room.read(0, max)).isEqualTo(messages(0, max));
        }
    }

    @Test
    void knowsAfterARestartWhatIsArchivedWithAndWithoutItsLocalCopy() throws Exception {
        URI location = directory.resolve("bucket").toUri();
        Coverage before;
        try (Room room = new Room("a", location).started()) {
            room.append(0, 200);
            room.ticks();
            before = room.reader().coverage(QUEUE);
        }
        try (Room again = new Room("a", location).started();
                Room elsewhere = new Room("b", location).started()) {
            assertThat(again.reader().coverage(QUEUE)).isEqualTo(before);
            assertThat(elsewhere.reader().coverage(QUEUE)).isEqualTo(before);
            assertThat(elsewhere.read(0, before.max())).isEqualTo(messages(0, (int) before.max()));
            assertThat(elsewhere.reader().nextPositionFloor())
                    .isEqualTo(again.reader().nextPositionFloor())
                    .isPositive();
        }
    }

    @Test
    void doesNotStartOnALogThatEndsBeforeItsArchive() throws Exception {
        URI location = directory.resolve("bucket").toUri();
        try (Room room = new Room("a", location).started()) {
            room.append(0, 200);
            room.ticks();
        }
        try (Room other = new Room("b", location)) {
            other.append(0, 30);
            assertThatThrownBy(other::started)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is the archive of another log");
        }
    }
}
