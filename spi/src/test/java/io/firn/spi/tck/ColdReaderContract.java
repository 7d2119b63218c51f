package io.firn.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.cold.ColdBatch;
import io.firn.spi.cold.ColdKeyRequest;
import io.firn.spi.cold.ColdReader;
import io.firn.spi.cold.ColdRequest;
import io.firn.spi.cold.Coverage;
import io.firn.spi.contract.CancelToken;
import io.firn.spi.contract.Deadline;
import io.firn.spi.fake.FakeCancelToken;
import io.firn.spi.fake.FakeFilter;
import io.firn.spi.fake.FrameBuilder;
import io.firn.spi.fake.ManualClock;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.message.FrameView;
import io.firn.spi.message.MessageFilterView;
import io.firn.spi.read.Boundary;
import io.firn.spi.topic.QueueRef;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What a broker relies on in every {@link ColdReader}: the very bytes, forward, never waiting on the caller's thread. */
public abstract class ColdReaderContract {

    /** The queue that {@link #open} gets messages of. */
    protected static final QueueRef QUEUE = new QueueRef("contract", 1);

    private static final long FIRST = 5;
    private static final long COUNT = 20;
    private static final long STEP_MS = 1000;
    private static final int PLENTY = 1 << 20;

    private final ManualClock clock = new ManualClock();
    private final List<ByteBuffer> frames = frames();

    /**
     * A reader whose archive has exactly these messages of {@link #QUEUE}, with rising, dense offsets.
     *
     * @param io what {@code PluginContext.blockingIo} would give
     */
    protected abstract ColdReader open(List<ByteBuffer> archived, Executor io);

    /** Capability: {@link ColdReader#offsetByTime}. */
    protected boolean findsByTime() {
        return true;
    }

    /** Capability: {@link ColdReader#byPosition}. */
    protected boolean findsByPosition() {
        return true;
    }

    /** Capability: {@link ColdReader#byKey}. */
    protected boolean findsByKey() {
        return true;
    }

    /** How long to wait for what the reader does on other threads. */
    protected Duration limit() {
        return Duration.ofSeconds(60);
    }

    @Test
    void coversExactlyWhatIsArchived() {
        ColdReader reader = open();
        assertThat(reader.coverage(QUEUE)).isEqualTo(new Coverage(FIRST, FIRST + COUNT));
        assertThat(reader.coverage(new QueueRef("contract", 0)).isEmpty()).isTrue();
        assertThat(reader.coverage(new QueueRef("unknown", 1)).isEmpty()).isTrue();
    }

    @Test
    void givesTheVeryBytesInOrder() throws Exception {
        assertThat(walk(open(), 3, PLENTY, FakeFilter.all())).isEqualTo(frames);
    }

    @Test
    void givesAtMostTheMessagesAskedFor() throws Exception {
        ColdReader reader = open();
        for (int max = 1; max <= COUNT; max++) {
            assertThat(messages(read(reader, request(FIRST, max, PLENTY, FakeFilter.all()))))
                    .hasSizeLessThanOrEqualTo(max);
        }
    }

    @Test
    void givesAtMostTheBytesAskedForButAlwaysOneMessage() throws Exception {
        ColdReader reader = open();
        int two = frames.get(0).remaining() + frames.get(1).remaining();
        assertThat(messages(read(reader, request(FIRST, 10, two, FakeFilter.all()))))
                .hasSizeLessThanOrEqualTo(2);
        assertThat(walk(reader, 10, 0, FakeFilter.all())).isEqualTo(frames);
    }

    @Test
    void leavesOutNothingThatTheFilterWants() throws Exception {
        FakeFilter filter = FakeFilter.tag("t1");
        List<ByteBuffer> wanted =
                frames.stream().filter(f -> matches(filter, f)).toList();
        List<ByteBuffer> given = walk(open(), 3, PLENTY, filter);
        assertThat(given.stream().filter(f -> matches(filter, f)).toList()).isEqualTo(wanted);
    }

    @Test
    void alwaysMovesOn() throws Exception {
        ColdReader reader = open();
        for (long offset = FIRST; offset < FIRST + COUNT; offset++) {
            ColdBatch batch = read(reader, request(offset, 1, 0, FakeFilter.tag("none has this")));
            assertThat(nextOffset(batch)).isGreaterThan(offset).isLessThanOrEqualTo(FIRST + COUNT);
            messages(batch);
        }
    }

    @Test
    void givesTheSameToManyReaders() throws Exception {
        ColdReader reader = open();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<List<ByteBuffer>>> walks = new ArrayList<>();
            for (int i = 1; i <= 8; i++) {
                int atOnce = i;
                walks.add(CompletableFuture.supplyAsync(() -> walkUnchecked(reader, atOnce), pool));
            }
            for (CompletableFuture<List<ByteBuffer>> walk : walks) {
                assertThat(walk.get(limit().toMillis(), TimeUnit.MILLISECONDS)).isEqualTo(frames);
            }
        }
    }

    @Test
    void returnsWhileItsIoStandsStill() throws Exception {
        LinkedBlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
        ColdReader reader = open(frames, held::add);
        CompletableFuture<CompletionStage<ColdBatch>> returned = new CompletableFuture<>();
        Thread caller = Thread.ofVirtual()
                .start(() -> returned.complete(
                        reader.read(request(FIRST, 3, PLENTY, FakeFilter.all()), new FakeCancelToken())));
        CompletionStage<ColdBatch> stage = returned.get(limit().toMillis(), TimeUnit.MILLISECONDS);
        caller.join();
        CompletableFuture<ColdBatch> done = stage.toCompletableFuture();
        while (!done.isDone()) {
            Runnable task = held.poll(limit().toMillis(), TimeUnit.MILLISECONDS);
            assertThat(task).as("work for io while the read is not done").isNotNull();
            task.run();
        }
        assertThat(messages(done.get())).isNotEmpty();
    }

    @Test
    void answersAfterItWasCancelled() throws Exception {
        FakeCancelToken token = new FakeCancelToken();
        token.cancel();
        assertEnds(open().read(request(FIRST, 3, PLENTY, FakeFilter.all()), token));
    }

    @Test
    void answersAfterItsDeadline() throws Exception {
        ColdRequest.Reader late =
                new ColdRequest.Reader("group", ColdRequest.Access.SINGLE, Deadline.after(Duration.ZERO, clock::nanos));
        ColdRequest request = new ColdRequest(QUEUE, FIRST, new ColdRequest.Limits(3, PLENTY), FakeFilter.all(), late);
        assertEnds(open().read(request, new FakeCancelToken()));
    }

    @Test
    void findsTheOffsetOfATime() throws Exception {
        Assumptions.assumeTrue(findsByTime(), "the reader says that it can not find by time");
        ColdReader reader = open();
        assertThat(byTime(reader, 7 * STEP_MS, Boundary.LOWER)).hasValue(FIRST + 7);
        assertThat(byTime(reader, 7 * STEP_MS + 1, Boundary.LOWER)).hasValue(FIRST + 8);
        assertThat(byTime(reader, 7 * STEP_MS, Boundary.UPPER)).hasValue(FIRST + 7);
        assertThat(byTime(reader, 7 * STEP_MS - 1, Boundary.UPPER)).hasValue(FIRST + 6);
    }

    @Test
    void findsTheMessageAtAPosition() throws Exception {
        Assumptions.assumeTrue(findsByPosition(), "the reader says that it can not find by position");
        ColdReader reader = open();
        long there = view(frames.get(3)).position();
        assertThat(split(wait(reader.byPosition(there, soon())))).containsExactly(frames.get(3));
        assertThat(split(wait(reader.byPosition(there + 1, soon())))).isEmpty();
    }

    @Test
    void findsMessagesByKeyNewestFirst() throws Exception {
        Assumptions.assumeTrue(findsByKey(), "the reader says that it can not find by key");
        ColdReader reader = open();
        ColdKeyRequest.Window ever = new ColdKeyRequest.Window(0, Long.MAX_VALUE);
        CancelToken token = new FakeCancelToken();
        ColdKeyRequest even = new ColdKeyRequest("contract", "even", ever, 3, soon());
        assertThat(split(wait(reader.byKey(even, token))))
                .containsExactly(frames.get(18), frames.get(16), frames.get(14));
        ColdKeyRequest unknown = new ColdKeyRequest("contract", "unknown", ever, 3, soon());
        assertThat(split(wait(reader.byKey(unknown, token)))).isEmpty();
    }

    private ColdReader open() {
        return open(frames, Thread::startVirtualThread);
    }

    private static List<ByteBuffer> frames() {
        List<ByteBuffer> made = new ArrayList<>();
        for (long i = 0; i < COUNT; i++) {
            FrameBuilder message = FrameBuilder.in(QUEUE).offset(FIRST + i).position(1000 + 300 * i);
            message.storedMs(ManualClock.START.toEpochMilli() + i * STEP_MS).property("TAGS", "t" + i % 3);
            message.property("KEYS", "key" + i + (i % 2 == 0 ? " even" : " odd"));
            made.add(message.body("body of " + i).build().asReadOnlyBuffer());
        }
        return List.copyOf(made);
    }

    private List<ByteBuffer> walkUnchecked(ColdReader reader, int atOnce) {
        try {
            return walk(reader, atOnce, PLENTY, FakeFilter.all());
        } catch (Exception e) {
            throw new IllegalStateException("the walk failed", e);
        }
    }

    private List<ByteBuffer> walk(ColdReader reader, int maxMessages, int maxBytes, MessageFilterView filter)
            throws Exception {
        List<ByteBuffer> all = new ArrayList<>();
        long offset = FIRST;
        while (offset < FIRST + COUNT) {
            ColdBatch batch = read(reader, request(offset, maxMessages, maxBytes, filter));
            long next = nextOffset(batch);
            assertThat(next).as("next after %d", offset).isGreaterThan(offset);
            all.addAll(messages(batch));
            offset = next;
        }
        return all;
    }

    private ColdRequest request(long offset, int maxMessages, int maxBytes, MessageFilterView filter) {
        ColdRequest.Reader reader = new ColdRequest.Reader("group", ColdRequest.Access.SEQUENTIAL, soon());
        return new ColdRequest(QUEUE, offset, new ColdRequest.Limits(maxMessages, maxBytes), filter, reader);
    }

    private Deadline soon() {
        return Deadline.after(Duration.ofSeconds(3), clock::nanos);
    }

    private ColdBatch read(ColdReader reader, ColdRequest request) throws Exception {
        return wait(reader.read(request, new FakeCancelToken()));
    }

    private OptionalLong byTime(ColdReader reader, long sinceStartMs, Boundary boundary) throws Exception {
        return wait(reader.offsetByTime(QUEUE, ManualClock.START.toEpochMilli() + sinceStartMs, boundary));
    }

    private <T> T wait(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(limit().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Fails when there is no answer in time; a failed stage is an answer. */
    private void assertEnds(CompletionStage<ColdBatch> stage) throws Exception {
        try {
            assertThat(wait(stage)).isNotNull();
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(Exception.class);
        }
    }

    private static long nextOffset(ColdBatch batch) {
        return switch (batch) {
            case ColdBatch.Found found -> found.nextOffset();
            case ColdBatch.Skipped skipped -> skipped.nextOffset();
            case ColdBatch.Elsewhere elsewhere -> throw new AssertionError("no other broker here: " + elsewhere);
        };
    }

    private static List<ByteBuffer> messages(ColdBatch batch) {
        return batch instanceof ColdBatch.Found found ? split(found.frames()) : List.of();
    }

    /** Copies each frame and closes the batch, twice. */
    private static List<ByteBuffer> split(FrameBatch batch) {
        return Batches.split(batch);
    }

    private static boolean matches(MessageFilterView filter, ByteBuffer frame) {
        return filter.matches(view(frame));
    }

    private static FrameView view(ByteBuffer frame) {
        return new FrameView().wrap(frame);
    }
}
