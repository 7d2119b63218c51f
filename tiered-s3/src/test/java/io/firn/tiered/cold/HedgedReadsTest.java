package io.firn.tiered.cold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.tiered.fault.Fault;
import io.firn.tiered.fault.FaultScript;
import io.firn.tiered.fault.ScriptedS3;
import io.firn.tiered.store.ByteRange;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.ObjectStores;
import io.firn.tiered.store.Payload;
import io.firn.tiered.store.Purpose;
import io.firn.tiered.store.PutOptions;
import io.firn.tiered.store.RequestKind;
import io.firn.tiered.store.S3Endpoint;
import io.firn.tiered.store.StoreConfig;
import io.firn.tiered.store.StoreCredentials;
import io.firn.tiered.store.StoreLimits;
import io.firn.tiered.store.StoreProtection;
import io.firn.tiered.store.WriteId;
import java.lang.foreign.Arena;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Second requests, counted by the fault server; the test says when an answer is late. */
final class HedgedReadsTest {
    private static final int BYTES = 1000;
    private static final int ENOUGH = 32;
    private static final String KEY = "object";

    private final ScriptedS3 server = ScriptedS3.start(FaultScript.none());
    private final Random random = new Random(7);
    private final ObjectStores stores = ObjectStores.open(config(), random);
    private final ObjectStore store = stores.forPurpose(Purpose.MISS);
    private final ExecutorService io = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Runnable> late = new LinkedBlockingQueue<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final CancelToken cancel = new CancelToken();
    private final byte[] object = new byte[BYTES];

    private StoreConfig config() {
        return new StoreConfig(
                URI.create("s3://" + ScriptedS3.BUCKET),
                new S3Endpoint(null, server.endpoint(), S3Endpoint.Addressing.PATH),
                new StoreCredentials.Keys("any", "any", null),
                StoreProtection.DEFAULT,
                StoreLimits.DEFAULT);
    }

    @BeforeEach
    void put() {
        random.nextBytes(object);
        store.put(KEY, Payload.of(object), PutOptions.overwrite(WriteId.random(random)), cancel);
    }

    @AfterEach
    void close() {
        cancel.cancel();
        io.close();
        stores.close();
        server.close();
    }

    private HedgedReads reads(MemoryBudget memory, int percent) {
        return reads(memory, new FrameCache(memory), percent);
    }

    private HedgedReads reads(MemoryBudget memory, FrameCache cache, int percent) {
        HedgedReads.Timing timing = new HedgedReads.Timing(System::nanoTime, (delay, task) -> {
            late.add(task);
            return () -> late.remove(task);
        });
        return new HedgedReads(timing, io, memory, cache, percent);
    }

    private CompletableFuture<byte[]> read(HedgedReads reads) {
        return CompletableFuture.supplyAsync(
                () -> {
                    ByteBuffer into = ByteBuffer.allocate(BYTES);
                    ByteRange.Exact range = new ByteRange.Exact(0, BYTES);
                    reads.read(new HedgedReads.Ask("g", store, KEY, range), into, cancel);
                    assertThat(into.hasRemaining()).isFalse();
                    return into.array();
                },
                io);
    }

    private void warm(HedgedReads reads) throws Exception {
        for (int i = 0; i < ENOUGH; i++) {
            assertThat(read(reads).get(1, TimeUnit.MINUTES)).isEqualTo(object);
        }
        assertThat(late).isEmpty();
    }

    /** The next answers, so many of them, stop after their first bytes. */
    private void stall(int answers) {
        asked.set(0);
        server.follow(request -> {
            if (request.kind() != RequestKind.GET) {
                return List.of();
            }
            return asked.incrementAndGet() <= answers ? List.of(new Fault.Stall(100)) : List.of();
        });
    }

    @Test
    void whatComesLateIsAskedForOnceMoreAndTheFasterAnswerIsTaken() throws Exception {
        MemoryBudget memory = new MemoryBudget(10 * BYTES);
        HedgedReads reads = reads(memory, 3);
        warm(reads);
        stall(1);
        CompletableFuture<byte[]> read = read(reads);
        // else the second request may be there before the first, and be the one that stalls
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> asked.get() == 1);
        late.take().run();
        assertThat(read.get(1, TimeUnit.MINUTES)).isEqualTo(object);
        assertThat(asked).hasValue(2);
        assertThat(reads.sent()).isOne();
        assertThat(reads.won()).isOne();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> memory.used() == 0);
    }

    @Test
    void aStoreThatIsSlowAsAWholeIsNotAskedTwiceForEverything() throws Exception {
        HedgedReads reads = reads(new MemoryBudget(100 * BYTES), 3);
        warm(reads);
        stall(Integer.MAX_VALUE);
        List<CompletableFuture<byte[]>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(read(reads));
        }
        for (int i = 0; i < 20; i++) {
            late.take().run();
        }
        assertThat(reads.sent()).isEqualTo(2); // one to begin with, and 3 % of 52
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> asked.get() == 22);
        cancel.cancel();
        for (CompletableFuture<byte[]> each : all) {
            assertThatThrownBy(() -> each.get(1, TimeUnit.MINUTES)).isInstanceOf(ExecutionException.class);
        }
        assertThat(asked).hasValue(22);
        assertThat(reads.won()).isZero();
    }

    @Test
    void withoutMemoryThereIsNoSecondRequest() throws Exception {
        MemoryBudget memory = new MemoryBudget(BYTES);
        HedgedReads reads = reads(memory, 100);
        warm(reads);
        MemoryBudget.Reservation first = memory.reserve("g", BYTES).resultNow();
        stall(1);
        CompletableFuture<byte[]> read = read(reads);
        late.take().run();
        assertThat(reads.sent()).isZero();
        memory.settle(first, 0);
        cancel.cancel();
        assertThatThrownBy(() -> read.get(1, TimeUnit.MINUTES)).isInstanceOf(ExecutionException.class);
        assertThat(asked.get()).isLessThanOrEqualTo(1);
    }

    /** Its group's share lets a reader in only once the second request is over; then an idle frame has to make room. */
    @Test
    void aSecondRequestThatEndsLateWakesWhoWaitsForItsMemory() throws Exception {
        MemoryBudget memory = new MemoryBudget(10 * BYTES);
        FrameCache cache = new FrameCache(memory);
        keepIdleFrame(memory, cache, 6 * BYTES);
        HedgedReads reads = reads(memory, cache, 100);
        warm(reads);
        CountDownLatch secondAsked = new CountDownLatch(1);
        CountDownLatch letFirst = new CountDownLatch(1);
        asked.set(0);
        server.follow(request -> {
            if (asked.incrementAndGet() == 2) {
                secondAsked.countDown();
                return List.of(new Fault.Stall(100));
            }
            await(letFirst);
            return List.of();
        });
        CompletableFuture<byte[]> read = read(reads);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> asked.get() == 1);
        late.take().run();
        await(secondAsked);
        CompletableFuture<MemoryBudget.Reservation> waits = memory.reserve("g", 7 * BYTES);
        cache.makeRoom();
        assertThat(waits.isDone()).isFalse();
        letFirst.countDown();
        assertThat(read.get(1, TimeUnit.MINUTES)).isEqualTo(object);
        assertThat(waits.get(1, TimeUnit.MINUTES).bytes()).isEqualTo(7 * BYTES);
        assertThat(memory.used()).isEqualTo(7 * BYTES);
    }

    @SuppressWarnings("MustBeClosedChecker") // the frame closes its memory when the cache lets go of it
    private static void keepIdleFrame(MemoryBudget memory, FrameCache cache, int bytes) {
        Arena arena = Arena.ofShared();
        memory.settle(memory.reserve("x", bytes).resultNow(), bytes);
        FrameKey key = new FrameKey(new UUID(0, 1), 0);
        cache.claim(key);
        cache.arrived(key, new Frame(arena, arena.allocate(bytes).asByteBuffer(), () -> memory.release(bytes)));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void nothingIsAskedTwiceWhenThatIsSwitchedOff() throws Exception {
        HedgedReads reads = reads(new MemoryBudget(10 * BYTES), 0);
        warm(reads);
        assertThat(read(reads).get(1, TimeUnit.MINUTES)).isEqualTo(object);
        assertThat(late).isEmpty();
    }

    @Test
    void usualIsWhatNinetyFiveOfAHundredStayBelow() {
        Latencies latencies = new Latencies();
        for (int i = 1; i <= 31; i++) {
            latencies.took(BYTES, i * 1_000_000L);
        }
        assertThat(latencies.usualNs(BYTES)).isEqualTo(-1);
        for (int i = 32; i <= 100; i++) {
            latencies.took(BYTES, i * 1_000_000L);
        }
        assertThat(latencies.usualNs(BYTES)).isEqualTo(96_000_000);
        assertThat(latencies.usualNs(2 << 20)).isEqualTo(-1);
        for (int i = 0; i < 300; i++) {
            latencies.took(BYTES, 1_000);
        }
        assertThat(latencies.usualNs(BYTES)).isEqualTo(10_000_000);
    }
}
