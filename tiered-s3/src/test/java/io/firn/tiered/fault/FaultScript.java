package io.firn.tiered.fault;

import io.firn.tiered.store.RequestKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Says what goes wrong with each request. Asked once per request, by many threads. */
@FunctionalInterface
public interface FaultScript {
    /** The faults of this request; none when empty. */
    List<Fault> faults(Facts request);

    /**
     * What a script may look at.
     *
     * @param number 1 for the server's first request
     */
    record Facts(long number, RequestKind kind, String key, int bodyBytes) {}

    /** Nothing goes wrong. */
    static FaultScript none() {
        return request -> List.of();
    }

    /** The same for every request. */
    static FaultScript always(Fault... faults) {
        List<Fault> all = List.of(faults);
        return request -> all;
    }

    /** One fault for each of the next requests of a kind, in this order, then none. */
    static FaultScript next(RequestKind kind, Fault... faults) {
        ConcurrentLinkedQueue<Fault> left = new ConcurrentLinkedQueue<>(List.of(faults));
        return request -> {
            Fault due = request.kind() == kind ? left.poll() : null;
            return due == null ? List.of() : List.of(due);
        };
    }

    /** Only for keys in which this pattern is found. */
    default FaultScript onKeys(String regex) {
        Predicate<String> matches = Pattern.compile(regex).asPredicate();
        return request -> matches.test(request.key()) ? faults(request) : List.of();
    }

    /** Both scripts' faults. */
    default FaultScript and(FaultScript other) {
        return request -> {
            List<Fault> both = new ArrayList<>(faults(request));
            both.addAll(other.faults(request));
            return both;
        };
    }

    /** 503 for what exceeds a rate, counted per first segment of the key. */
    static FaultScript tokenBucket(double perSecond, int burst, LongSupplier nanoTime) {
        return new TokenBuckets(perSecond, burst, nanoTime);
    }

    /** A first byte after a fixed time and bodies no faster than this: a distant store. */
    static FaultScript distance(Duration firstByte, long bytesPerSecond) {
        return always(new Fault.Delay(firstByte), new Fault.Capped(bytesPerSecond));
    }
}
