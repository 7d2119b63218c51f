package io.firn.tiered.cold;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.fake.FrameBuilder;
import io.firn.spi.topic.QueueRef;
import io.firn.tiered.commit.ArchiveKeys;
import io.firn.tiered.commit.ObjectRef;
import io.firn.tiered.commit.StoredBytes;
import io.firn.tiered.fault.Fault;
import io.firn.tiered.fault.FaultScript;
import io.firn.tiered.fault.ScriptedS3;
import io.firn.tiered.format.RpkReader;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.ObjectStores;
import io.firn.tiered.store.Purpose;
import io.firn.tiered.store.RequestKind;
import io.firn.tiered.store.S3Endpoint;
import io.firn.tiered.store.StoreConfig;
import io.firn.tiered.store.StoreCredentials;
import io.firn.tiered.store.StoreLimits;
import io.firn.tiered.store.StoreProtection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Reads of frames that are being read ahead. Reading ahead has a server of its own, which knows no object: what arrives came
 * by a request of the read's.
 */
final class JoinedReadsTest {
    private static final int FRAMES = 6;
    private static final long MEMORY = 1 << 20;

    private final ScriptedS3 server = ScriptedS3.start(FaultScript.none());
    private final ScriptedS3 aheadServer = ScriptedS3.start(FaultScript.none());
    private final Random random = new Random(11);
    private final ObjectStores stores = stores(server);
    private final ObjectStores aheadStores = stores(aheadServer);
    private final ExecutorService io = Executors.newVirtualThreadPerTaskExecutor();
    private final CancelToken cancel = new CancelToken();
    private final MemoryBudget budget = new MemoryBudget(MEMORY);
    private final FrameCache cache = new FrameCache(budget);
    private final OpenObject object = stored();

    private ObjectStores stores(ScriptedS3 of) {
        return ObjectStores.open(
                new StoreConfig(
                        URI.create("s3://" + ScriptedS3.BUCKET),
                        new S3Endpoint(null, of.endpoint(), S3Endpoint.Addressing.PATH),
                        new StoreCredentials.Keys("any", "any", null),
                        StoreProtection.DEFAULT,
                        StoreLimits.DEFAULT),
                random);
    }

    /** An object of some frames of one queue. */
    private OpenObject stored() {
        ByteBuffer bytes = ByteBuffer.allocate(64 << 10);
        for (int i = 0; i < 5 * FRAMES; i++) {
            bytes.put(FrameBuilder.in(new QueueRef("orders", 0))
                    .offset(i)
                    .position(bytes.position())
                    .body(i + "x".repeat(200))
                    .build());
        }
        ObjectStore store = stores.forPurpose(Purpose.MISS);
        ObjectRef ref = StoredSlice.put(store, new ArchiveKeys("00/c/b/"), 0, bytes.flip(), random);
        return new OpenObject(ref, RpkReader.open(new StoredBytes(store, ref.key(), cancel)));
    }

    private FrameFetch fetch(Executor pool) {
        FrameFetch.Lines lines = new FrameFetch.Lines(
                stores.forPurpose(Purpose.MISS), aheadStores.forPurpose(Purpose.READAHEAD), pool, cancel);
        HedgedReads hedged = new HedgedReads(
                new HedgedReads.Timing(System::nanoTime, (delay, task) -> () -> {}), pool, budget, cache, 0);
        return new FrameFetch(lines, cache, budget, hedged);
    }

    @BeforeEach
    void hasFrames() {
        assertThat(object.index().frames().count()).isGreaterThanOrEqualTo(FRAMES);
        server.log().clear();
    }

    @AfterEach
    void close() {
        cancel.cancel();
        io.close();
        cache.clear();
        stores.close();
        aheadStores.close();
        server.close();
        aheadServer.close();
    }

    /** All its frames, by one request. */
    private void arrives(CompletableFuture<List<Frame>> read, int frames) throws Exception {
        List<Frame> here = read.get(1, TimeUnit.MINUTES);
        assertThat(here).hasSize(frames);
        for (int i = 0; i < frames; i++) {
            assertThat(here.get(i).length()).isEqualTo(object.index().frames().rawBytes(i));
        }
        here.forEach(Frame::release);
        assertThat(server.log().count(RequestKind.GET)).isOne();
    }

    @Test
    void readsGoOnByThemselvesWhenTheStoreRefusesTheReadAhead() throws Exception {
        CountDownLatch joined = new CountDownLatch(1);
        aheadServer.follow(request -> {
            awaitQuietly(joined);
            return List.of(new Fault.Refuse(403, "AccessDenied"));
        });
        FrameFetch fetch = fetch(io);
        fetch.ahead("a", object, 0, FRAMES);
        CompletableFuture<List<Frame>> one = fetch.get("b", object, 0, 3, 3);
        CompletableFuture<List<Frame>> other = fetch.get("c", object, 0, 3, 3);
        assertThat(one.isDone() || other.isDone()).isFalse();
        joined.countDown();
        arrives(one, 3);
        arrives(other, 3);
        assertThat(aheadServer.log().count(RequestKind.GET)).isOne();
        assertThat(cache.has(new FrameKey(object.ref().uuid(), FRAMES - 1)))
                .as("nobody wanted it")
                .isFalse();
    }

    @Test
    void readsGoOnByThemselvesWhenThereIsNoThreadForTheReadAhead() throws Exception {
        AtomicReference<FrameFetch> fetch = new AtomicReference<>();
        AtomicReference<CompletableFuture<List<Frame>>> read = new AtomicReference<>();
        Executor refusesOnce = task -> {
            if (read.get() == null) {
                read.set(fetch.get().get("b", object, 0, 2, 2)); // joins: the frames are claimed
                throw new RejectedExecutionException("full");
            }
            io.execute(task);
        };
        fetch.set(fetch(refusesOnce));
        fetch.get().ahead("a", object, 0, FRAMES);
        arrives(read.get(), 2);
        assertThat(aheadServer.log().count(RequestKind.GET)).isZero();
    }

    @Test
    void readsWaitForMemoryOfTheirOwnWhenThereIsNoneForTheReadAhead() throws Exception {
        FrameFetch fetch = fetch(io);
        for (int frame = 0; frame < FRAMES; frame++) {
            cache.claim(new FrameKey(object.ref().uuid(), frame));
        }
        CompletableFuture<List<Frame>> read = fetch.get("b", object, 0, 3, 3);
        MemoryBudget.Reservation all = budget.reserve("x", MEMORY).resultNow();
        fetch.giveUp(object, List.of(0, 1, 2, 3, 4, 5));
        assertThat(read.isDone()).isFalse();
        assertThat(server.log().count(RequestKind.GET)).isZero();
        cache.settle(all, 0);
        arrives(read, 3);
    }

    @Test
    void aReadThatJoinedFailsWhenItsOwnRequestDoes() {
        CountDownLatch joined = new CountDownLatch(1);
        aheadServer.follow(request -> {
            awaitQuietly(joined);
            return List.of(new Fault.Refuse(403, "AccessDenied"));
        });
        server.follow(FaultScript.always(new Fault.Refuse(403, "AccessDenied")));
        FrameFetch fetch = fetch(io);
        fetch.ahead("a", object, 0, FRAMES);
        CompletableFuture<List<Frame>> read = fetch.get("b", object, 0, 3, 3);
        joined.countDown();
        assertThat(read).failsWithin(1, TimeUnit.MINUTES).withThrowableThat().withMessageContaining("can not be read");
        assertThat(server.log().count(RequestKind.GET)).isOne();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
