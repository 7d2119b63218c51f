package io.firn.broker.plugin.read;

import io.firn.broker.queue.Boundary;
import io.firn.broker.queue.OffsetRange;
import io.firn.broker.queue.PendingRead;
import io.firn.broker.queue.QueueSource;
import io.firn.broker.queue.SourceRead;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.cold.Coverage;
import io.firn.spi.topic.QueueRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The cold readers of one topic, highest priority first: older messages than the local store has. Any thread. */
final class ColdSource implements QueueSource {

    private final ReadEngine engine;
    private final String topic;
    private final List<ColdClaim> claims;

    /** First offsets as last seen, by queue id, {@link Long#MAX_VALUE} for unknown; replaced under this object's lock. */
    private volatile long[] mins = new long[0];

    ColdSource(ReadEngine engine, String topic, List<ColdClaim> claims) {
        this.engine = engine;
        this.topic = topic;
        this.claims = List.copyOf(claims);
    }

    @Override
    public Reach reach() {
        return Reach.EXTENDS;
    }

    @Override
    public long knownMin(int queueId) {
        long[] known = mins;
        return queueId >= 0 && queueId < known.length ? known[queueId] : Long.MAX_VALUE;
    }

    private synchronized void seen(int queueId, Covered covered) {
        long min = covered.line().isEmpty() ? Long.MAX_VALUE : covered.line().min();
        if (knownMin(queueId) == min) {
            return;
        }
        long[] next = Arrays.copyOf(mins, Math.max(mins.length, queueId + 1));
        Arrays.fill(next, mins.length, next.length, Long.MAX_VALUE);
        next[queueId] = min;
        mins = next;
    }

    /** What one reader covers; null when it could not tell. */
    record Part(ColdClaim claim, @Nullable Coverage coverage) {}

    /** What all readers cover of a queue. */
    record Covered(List<Part> parts, OffsetRange line) {

        /** The first reader that has the offset. */
        @Nullable
        ColdClaim at(long offset) {
            for (Part part : parts) {
                if (part.coverage != null && part.coverage.contains(offset)) {
                    return part.claim;
                }
            }
            return null;
        }

        boolean isWhole() {
            return parts.stream().allMatch(part -> part.coverage != null);
        }

        /** The first offset above that any reader has; the offset when none has. */
        long nextAbove(long offset) {
            return parts.stream()
                    .map(Part::coverage)
                    .filter(each -> each != null && !each.isEmpty() && each.min() > offset)
                    .mapToLong(each -> each == null ? offset : each.min())
                    .min()
                    .orElse(offset);
        }
    }

    /** Asks all readers, each on its plugin's threads; never fails. */
    CompletableFuture<Covered> covered(int queueId) {
        QueueRef queue = new QueueRef(topic, queueId);
        List<CompletableFuture<Part>> parts = new ArrayList<>();
        for (ColdClaim claim : claims) {
            parts.add(engine.inTime(
                            claim.guard(),
                            claim.guard().call(() -> claim.reader().coverage(queue)))
                    .handle((coverage, failure) -> new Part(claim, failure == null ? coverage : null)));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> {
                    Covered covered = joined(
                            parts.stream().map(CompletableFuture::resultNow).toList());
                    if (covered.isWhole()) {
                        seen(queueId, covered);
                    }
                    return covered;
                });
    }

    private static Covered joined(List<Part> parts) {
        long min = Long.MAX_VALUE;
        long max = 0;
        for (Part part : parts) {
            Coverage coverage = part.coverage;
            if (coverage != null) {
                min = coverage.isEmpty() ? min : Math.min(min, coverage.min());
                max = Math.max(max, coverage.max());
            }
        }
        return new Covered(parts, new OffsetRange(Math.min(min, max), max));
    }

    @Override
    public PendingRead read(SourceRead read) {
        ColdLookup lookup = new ColdLookup(engine, this, read);
        engine.track(lookup.start(), lookup::cancel);
        return new PendingRead(lookup.outcome(), lookup::cancel);
    }

    @Override
    public CompletableFuture<OffsetRange> range(String ofTopic, int queueId) {
        return covered(queueId).thenApply(covered -> {
            if (!covered.isWhole()) {
                throw cannotTell(covered);
            }
            return covered.line();
        });
    }

    private static RuntimeException cannotTell(Covered covered) {
        String names = covered.parts.stream()
                .filter(part -> part.coverage == null)
                .map(part -> part.claim.guard().name())
                .toList()
                .toString();
        return new RequestException(
                ResponseCode.SYSTEM_ERROR, "which old messages there are can not be told now: no answer from " + names);
    }

    @Override
    public CompletableFuture<OptionalLong> offsetByTime(String ofTopic, int queueId, long timeMs, Boundary boundary) {
        return covered(queueId).thenCompose(covered -> {
            if (!covered.isWhole()) {
                throw cannotTell(covered);
            }
            CompletableFuture<OptionalLong> found = CompletableFuture.completedFuture(OptionalLong.empty());
            for (Part part : covered.parts) {
                Coverage coverage = part.coverage;
                if (coverage != null && !coverage.isEmpty()) {
                    found = found.thenCompose(known -> known.isPresent()
                            ? CompletableFuture.completedFuture(known)
                            : ask(part.claim, coverage, queueId, new TimeSought(timeMs, boundary)));
                }
            }
            return found;
        });
    }

    private record TimeSought(long timeMs, Boundary boundary) {}

    private CompletableFuture<OptionalLong> ask(ColdClaim claim, Coverage coverage, int queueId, TimeSought sought) {
        QueueRef queue = new QueueRef(topic, queueId);
        io.firn.spi.read.Boundary boundary = Spi.of(sought.boundary);
        return engine.inTime(
                        claim.guard(),
                        claim.guard().callStage(() -> claim.reader().offsetByTime(queue, sought.timeMs, boundary)))
                .thenApply(found -> {
                    if (found.isPresent() && found.getAsLong() == coverage.max()) {
                        // there is none among those covered: the local store goes on there
                        return OptionalLong.empty();
                    }
                    if (found.isPresent() && !coverage.contains(found.getAsLong())) {
                        throw claim.guard()
                                .failed(new BadFramesException(
                                        "gives offset " + found.getAsLong() + " for a time, which it does not cover"));
                    }
                    return found;
                });
    }

    /** Below which no new message may get its offset: what is archived keeps its offsets. Asked on a sending thread. */
    long floor(int queueId) {
        return rangeHere(queueId).max();
    }

    /**
     * The offsets it has, asked on this thread; fails as {@link ReadGuard#callHere} does. For once per queue, and for
     * plugins' threads.
     */
    OffsetRange rangeHere(int queueId) {
        QueueRef queue = new QueueRef(topic, queueId);
        List<Part> parts = new ArrayList<>();
        for (ColdClaim claim : claims) {
            parts.add(new Part(
                    claim,
                    claim.guard()
                            .callHere(
                                    () -> Objects.requireNonNull(claim.reader().coverage(queue), "its coverage"))));
        }
        Covered covered = joined(parts);
        seen(queueId, covered);
        return covered.line();
    }
}
