package io.firn.broker.plugin.read;

import io.firn.broker.queue.OldMessages;
import io.firn.broker.queue.RecordSlices;
import io.firn.spi.cold.ColdKeyRequest;
import io.firn.spi.contract.Deadline;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.message.FrameStatus;
import io.firn.spi.message.FrameView;
import io.firn.spi.message.PropertyName;
import io.firn.spi.message.PropertyView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Queries by place and by key, asked of one cold reader after the other until one has something. Any thread. */
final class ColdQueries implements OldMessages {

    private final ReadEngine engine;
    private final Supplier<List<ColdClaim>> all;
    private final Function<String, List<ColdClaim>> ofTopic;

    /**
     * Queries of these readers.
     *
     * @param all every reader
     * @param ofTopic those of a topic, highest priority first
     */
    ColdQueries(ReadEngine engine, Supplier<List<ColdClaim>> all, Function<String, List<ColdClaim>> ofTopic) {
        this.engine = engine;
        this.all = all;
        this.ofTopic = ofTopic;
    }

    @Override
    public CompletableFuture<List<RecordSlices>> byPosition(long position) {
        return firstOf(
                all.get(),
                claim -> claim.guard().callStage(() -> claim.reader().byPosition(position, deadline())),
                new Wish(frame -> frame.position() == position, Set.of()));
    }

    @Override
    public CompletableFuture<List<RecordSlices>> byKey(KeySought sought) {
        return firstOf(
                ofTopic.apply(sought.topic()),
                claim -> byKey(claim, sought),
                new Wish(frame -> frame.topic().equals(sought.topic()) && hasKey(frame, sought.key()), sought.known()));
    }

    /**
     * What an answer may hold.
     *
     * @param wanted anything else is a fault
     * @param known positions of messages that are left out
     */
    private record Wish(Predicate<FrameView> wanted, Set<Long> known) {}

    private CompletableFuture<FrameBatch> byKey(ColdClaim claim, KeySought sought) {
        PullToken token = new PullToken();
        ColdKeyRequest request = new ColdKeyRequest(
                sought.topic(),
                sought.key(),
                new ColdKeyRequest.Window(
                        sought.range().beginMs(), sought.range().endMs()),
                sought.max(),
                deadline());
        Runnable forget = engine.timer().after(engine.config().timeout(), token::cancel);
        CompletableFuture<FrameBatch> answer =
                claim.guard().callStage(() -> claim.reader().byKey(request, token));
        answer.whenComplete((batch, failure) -> forget.run());
        return answer;
    }

    private Deadline deadline() {
        return Deadline.after(engine.config().timeout(), engine.clock()::nanos);
    }

    private static boolean hasKey(FrameView frame, String key) {
        PropertyView unique = frame.property(PropertyName.UNIQ_KEY);
        if (unique != null && unique.toString().equals(key)) {
            return true;
        }
        PropertyView keys = frame.property(PropertyName.KEYS);
        return keys != null && Arrays.asList(keys.toString().split(" ")).contains(key);
    }

    private CompletableFuture<List<RecordSlices>> firstOf(
            List<ColdClaim> claims, Function<ColdClaim, CompletableFuture<FrameBatch>> question, Wish wish) {
        CompletableFuture<List<RecordSlices>> found = CompletableFuture.completedFuture(List.of());
        for (ColdClaim claim : claims) {
            found = found.thenCompose(
                    known -> known.isEmpty() ? ask(claim, question, wish) : CompletableFuture.completedFuture(known));
        }
        return found;
    }

    /** What comes too late is given back at once. */
    private CompletableFuture<List<RecordSlices>> ask(
            ColdClaim claim, Function<ColdClaim, CompletableFuture<FrameBatch>> question, Wish wish) {
        CompletableFuture<List<RecordSlices>> timely = new CompletableFuture<>();
        Runnable forget = engine.timer().after(engine.config().timeout(), () -> {
            if (!timely.isDone()) {
                timely.completeExceptionally(
                        claim.guard().failed(new LateException(engine.config().timeout())));
            }
        });
        question.apply(claim).whenComplete((batch, failure) -> {
            forget.run();
            if (batch != null) {
                accept(claim, batch, wish, timely);
            } else if (failure != null) {
                timely.completeExceptionally(failure);
            }
        });
        return timely;
    }

    private void accept(ColdClaim claim, FrameBatch batch, Wish wish, CompletableFuture<List<RecordSlices>> timely) {
        RecordSlices slices = null;
        try {
            slices = checked(claim, batch, wish);
            if (timely.complete(slices == null ? List.of() : List.of(slices))) {
                slices = null;
            }
        } catch (RuntimeException e) { // bad frames, or a batch whose own methods fail
            Batches.close(batch, claim.guard());
            timely.completeExceptionally(claim.guard().failed(e));
        }
        if (slices != null) {
            slices.close();
        }
    }

    private @Nullable RecordSlices checked(ColdClaim claim, FrameBatch batch, Wish wish) {
        List<ByteBuffer> frames = new ArrayList<>();
        FrameView frame = new FrameView();
        int bytes = 0;
        for (ByteBuffer buffer : batch.buffers()) {
            for (int at = buffer.position(); at < buffer.limit(); at += frame.totalSize()) {
                FrameStatus status = frame.wrap(buffer, at).inspect();
                if (status != FrameStatus.OK || !wish.wanted.test(frame)) {
                    throw new BadFramesException("answers a query with a message that was not asked for: " + status);
                }
                if (!wish.known.contains(frame.position())) {
                    frames.add(buffer.slice(at, frame.totalSize()));
                    bytes += frame.totalSize();
                }
            }
        }
        if (frames.isEmpty()) {
            Batches.close(batch, claim.guard());
            return null;
        }
        engine.metrics().openBatches.incrementAndGet();
        AtomicBoolean open = new AtomicBoolean(true);
        return RecordSlices.lent(frames, new RecordSlices.Size(frames.size(), bytes), Map.of(), () -> {
            if (open.compareAndSet(true, false)) {
                engine.metrics().openBatches.decrementAndGet();
                Batches.close(batch, claim.guard());
            }
        });
    }
}
