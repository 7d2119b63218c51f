package io.firn.tiered.fault;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** A bucket of tokens per prefix that fills with time; guarded by its own lock. */
final class TokenBuckets implements FaultScript {
    private final double perSecond;
    private final int burst;
    private final LongSupplier nanoTime;
    private final Map<String, Level> levels = new HashMap<>();

    private record Level(double tokens, long atNs) {}

    TokenBuckets(double perSecond, int burst, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized List<Fault> faults(Facts request) {
        long now = nanoTime.getAsLong();
        String prefix = request.key().substring(0, Math.max(0, request.key().indexOf('/')));
        Level last = levels.getOrDefault(prefix, new Level(burst, now));
        double tokens = Math.min(burst, last.tokens + (now - last.atNs) * perSecond / 1e9);
        boolean enough = tokens >= 1;
        levels.put(prefix, new Level(enough ? tokens - 1 : tokens, now));
        return enough ? List.of() : List.of(Fault.Refuse.SLOW_DOWN);
    }
}
