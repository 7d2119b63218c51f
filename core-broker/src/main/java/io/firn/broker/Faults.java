package io.firn.broker;

import io.firn.broker.produce.WriteGate;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.FaultHandler;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.StorageException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the broker does about failures no component can handle: it says so, and while the store fails it takes no
 * messages. A failing store is tried again by the component that owns it; when nothing has failed for
 * {@link #QUIET_TIME} the broker takes messages again. Any thread.
 */
final class Faults implements FaultHandler, WriteGate {

    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);
    private static final Duration QUIET_TIME = Duration.ofSeconds(10);
    private static final long NEVER = Long.MIN_VALUE;

    private final Clock clock;
    private final Metrics.Count faults;
    /** Monotonic time until which producers are refused; {@link #NEVER} while they are not. */
    private final AtomicLong refusedUntil = new AtomicLong(NEVER);

    private volatile String lastCause = "";

    Faults(Clock clock, Metrics metrics) {
        this.clock = clock;
        this.faults = metrics.counter("firn_broker_faults_total", "Failures no component could handle.");
    }

    @Override
    public void onFault(String component, Throwable cause) {
        faults.increment();
        LOG.error("{} failed", component, cause);
        if (cause instanceof StorageException) {
            lastCause = component + ": " + cause.getMessage();
            refusedUntil.set(clock.nanos() + QUIET_TIME.toNanos());
        }
    }

    @Override
    public @Nullable String refusal() {
        long until = refusedUntil.get();
        if (until == NEVER) {
            return null;
        }
        if (clock.nanos() - until >= 0) {
            if (refusedUntil.compareAndSet(until, NEVER)) {
                LOG.warn("the store works again: producers are served");
            }
            return null;
        }
        return "the store failed and is tried again: " + lastCause;
    }
}
