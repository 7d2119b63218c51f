package io.firn.tiered.fault;

import io.firn.tiered.store.RequestKind;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** Draws faults from a seed: the n-th request gets the same fault whenever the seed and the share are the same. */
public final class SeededFaults implements FaultScript {
    private final long seed;
    private final double share;

    /** {@code share} of all requests go wrong, 0 to 1. */
    public SeededFaults(long seed, double share) {
        this.seed = seed;
        this.share = share;
    }

    @Override
    public List<Fault> faults(Facts request) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + request.number());
        return random.nextDouble() < share ? List.of(draw(random, request)) : List.of();
    }

    private static Fault draw(SplittableRandom random, Facts request) {
        int at = random.nextInt(4096);
        return switch (random.nextInt(12)) {
            case 0 -> new Fault.Delay(Duration.ofMillis(1 + random.nextInt(5)));
            case 1 -> Fault.Refuse.SLOW_DOWN;
            case 2 -> new Fault.Refuse(500, "InternalError");
            case 3 ->
                request.kind() == RequestKind.PUT ? Fault.Refuse.CONFLICT : new Fault.Refuse(400, "RequestTimeout");
            case 4 -> new Fault.ResetInRequest(at);
            case 5, 6 -> new Fault.LoseReply();
            case 7 -> new Fault.FailAfterEffect(500, "InternalError");
            case 8 ->
                request.kind() == RequestKind.COMPLETE_UPLOAD
                        ? new Fault.ErrorIn200("InternalError")
                        : new Fault.ResetAt(at);
            case 9 -> new Fault.ResetAt(at);
            case 10 -> new Fault.ShortBody(at);
            default -> new Fault.FlipBit(at);
        };
    }
}
