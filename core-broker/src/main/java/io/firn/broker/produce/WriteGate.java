package io.firn.broker.produce;

import org.jspecify.annotations.Nullable;

/** Asked before every send whether the broker takes messages now: the port of those who watch disk and faults. */
@FunctionalInterface
public interface WriteGate {

    /** Why not, in words for the producer; null when it does. Any thread; must not block nor allocate when null. */
    @Nullable
    String refusal();
}
