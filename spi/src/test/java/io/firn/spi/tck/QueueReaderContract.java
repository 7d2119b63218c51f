package io.firn.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.fake.FakeFilter;
import io.firn.spi.fake.FakeQueue;
import io.firn.spi.fake.FrameBuilder;
import io.firn.spi.fake.ManualClock;
import io.firn.spi.message.FrameView;
import io.firn.spi.message.MessageFilterView;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.queue.ReadRequest;
import io.firn.spi.queue.ReadResult;
import io.firn.spi.read.Boundary;
import io.firn.spi.topic.QueueRef;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a broker relies on in every {@link QueueReader}: it may leave messages out, it never moves, changes or repeats one,
 * and a reader that follows {@code nextOffset} always comes to the end.
 */
public abstract class QueueReaderContract {

    private static final QueueRef QUEUE = new QueueRef("contract", 0);
    private static final int COUNT = 30;
    private static final long STEP_MS = 1000;
    private static final int PLENTY = 1 << 20;

    private final FakeQueue base = new FakeQueue(0, frames());
    private QueueReader reader;

    /**
     * The plugin's reader before a base of 30 messages, keys {@code k0} to {@code k6} in turn, tags {@code t0} to
     * {@code t2} in turn; in the state in which it leaves out whatever it leaves out.
     */
    protected abstract QueueReader open(QueueRef queue, QueueReader opened) throws Exception;

    /** How long to wait for what the reader does on other threads. */
    protected Duration limit() {
        return Duration.ofSeconds(60);
    }

    @BeforeEach
    final void begin() throws Exception {
        reader = open(QUEUE, base);
    }

    @AfterEach
    final void end() throws Exception {
        reader.close();
    }

    @Test
    void comesToTheEndFromTheFirstOffset() throws Exception {
        assertThat(walk(reader.minOffset(), 4, PLENTY, FakeFilter.all())).isNotEmpty();
    }

    @Test
    void comesToTheEndFromEveryOffset() throws Exception {
        for (long offset = reader.minOffset(); offset <= COUNT; offset++) {
            long from = offset;
            assertThat(walk(from, 4, PLENTY, FakeFilter.all()))
                    .isEqualTo(all().stream().filter(f -> offsetOf(f) >= from).toList());
        }
    }

    @Test
    void neverMovesOrChangesAMessage() throws Exception {
        for (ByteBuffer frame : all()) {
            assertThat(frame).isEqualTo(base.frame(offsetOf(frame)));
        }
    }

    @Test
    void givesOffsetsThatRise() throws Exception {
        List<Long> offsets = all().stream().map(QueueReaderContract::offsetOf).toList();
        assertThat(offsets).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void keepsTheEnd() {
        assertThat(reader.maxOffset()).isEqualTo(COUNT);
    }

    @Test
    void beginsAtItsFirstMessage() throws Exception {
        assertThat(offsetOf(all().getFirst())).isEqualTo(reader.minOffset());
    }

    @Test
    void saysAtTheEndThatItIsTheEnd() throws Exception {
        assertThat(read(COUNT, 1, PLENTY, FakeFilter.all())).isEqualTo(new ReadResult.AtEnd(COUNT));
    }

    @Test
    void sendsAReaderBeyondTheEndBackToIt() throws Exception {
        assertThat(read(COUNT + 5, 1, PLENTY, FakeFilter.all())).isEqualTo(new ReadResult.OutOfRange(COUNT));
    }

    @Test
    void givesExactlyWhatTheFilterWants() throws Exception {
        for (String tag : List.of("t0", "t1", "t2", "none has this")) {
            FakeFilter filter = FakeFilter.tag(tag);
            List<ByteBuffer> wanted = all().stream()
                    .filter(f -> filter.matches(new FrameView().wrap(f)))
                    .toList();
            assertThat(walk(reader.minOffset(), 4, PLENTY, filter)).as(tag).isEqualTo(wanted);
        }
    }

    @Test
    void givesAtMostTheMessagesAskedFor() throws Exception {
        for (int max = 1; max <= COUNT; max++) {
            assertThat(messages(read(reader.minOffset(), max, PLENTY, FakeFilter.all())))
                    .hasSizeLessThanOrEqualTo(max);
        }
    }

    @Test
    void givesAtMostTheBytesAskedForButAlwaysOneMessage() throws Exception {
        assertThat(walk(reader.minOffset(), COUNT, 0, FakeFilter.all())).isEqualTo(all());
        ReadResult one = read(reader.minOffset(), COUNT, 0, FakeFilter.all());
        assertThat(messages(one)).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void findsOffsetsByTimeAmongItsMessages() throws Exception {
        for (ByteBuffer frame : all()) {
            long stored = new FrameView().wrap(frame).storeTimestampMs();
            OptionalLong found = reader.offsetByTime(stored, Boundary.LOWER);
            assertThat(found).hasValue(offsetOf(frame));
        }
    }

    @Test
    void givesTheSameToManyReaders() throws Exception {
        List<ByteBuffer> alone = all();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<List<ByteBuffer>>> walks = new ArrayList<>();
            for (int i = 1; i <= 8; i++) {
                int atOnce = i;
                walks.add(CompletableFuture.supplyAsync(() -> walkUnchecked(atOnce), pool));
            }
            for (CompletableFuture<List<ByteBuffer>> walk : walks) {
                assertThat(walk.get(limit().toMillis(), TimeUnit.MILLISECONDS)).isEqualTo(alone);
            }
        }
    }

    @Test
    void countsNoMoreThanThereIsRoomFor() {
        assertThat(reader.estimateCount(reader.minOffset(), COUNT)).isBetween(0L, COUNT - reader.minOffset());
        assertThat(reader.estimateCount(COUNT, COUNT)).isZero();
    }

    @Test
    void sharesOutNoOffsetThatIsInUse() {
        assertThat(reader.nextOffsetFloor()).isLessThanOrEqualTo(COUNT);
    }

    private static List<ByteBuffer> frames() {
        List<ByteBuffer> made = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            FrameBuilder message = FrameBuilder.in(QUEUE).offset(i).position(1000 + 300L * i);
            message.storedMs(ManualClock.START.toEpochMilli() + i * STEP_MS).property("TAGS", "t" + i % 3);
            made.add(message.property("KEYS", "k" + i % 7).body("body of " + i).build());
        }
        return made;
    }

    private List<ByteBuffer> all() throws Exception {
        return walk(reader.minOffset(), COUNT, PLENTY, FakeFilter.all());
    }

    private List<ByteBuffer> walkUnchecked(int atOnce) {
        try {
            return walk(reader.minOffset(), atOnce, PLENTY, FakeFilter.all());
        } catch (Exception e) {
            throw new IllegalStateException("the walk failed", e);
        }
    }

    /** Follows {@code nextOffset} to the end, at most one step per offset. */
    private List<ByteBuffer> walk(long from, int maxMessages, int maxBytes, MessageFilterView filter) throws Exception {
        List<ByteBuffer> found = new ArrayList<>();
        long offset = from;
        while (offset < COUNT) {
            ReadResult result = read(offset, maxMessages, maxBytes, filter);
            long next = switch (result) {
                case ReadResult.Found some -> some.nextOffset();
                case ReadResult.Skipped none -> none.nextOffset();
                case ReadResult.AtEnd end -> throw new AssertionError("the end is not at " + end.offset());
                case ReadResult.OutOfRange out -> throw new AssertionError("nothing at a valid offset: " + out);
                case ReadResult.Later later -> throw new AssertionError("later of later: " + later);
            };
            assertThat(next).as("next after %d", offset).isGreaterThan(offset).isLessThanOrEqualTo(COUNT);
            for (ByteBuffer frame : messages(result)) {
                assertThat(offsetOf(frame))
                        .as("read from %d to %d", offset, next)
                        .isBetween(offset, next - 1);
                found.add(frame);
            }
            offset = next;
        }
        return found;
    }

    private ReadResult read(long offset, int maxMessages, int maxBytes, MessageFilterView filter) throws Exception {
        ReadResult result = reader.read(new ReadRequest(offset, maxMessages, maxBytes, filter, Map.of()));
        return result instanceof ReadResult.Later later
                ? later.result().toCompletableFuture().get(limit().toMillis(), TimeUnit.MILLISECONDS)
                : result;
    }

    private static List<ByteBuffer> messages(ReadResult result) {
        return result instanceof ReadResult.Found found ? Batches.split(found.frames()) : List.of();
    }

    private static long offsetOf(ByteBuffer frame) {
        return new FrameView().wrap(frame).queueOffset();
    }
}
