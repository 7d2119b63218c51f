package io.firn.broker.produce;

import org.jspecify.annotations.Nullable;

/** The port of those who look at messages before they are stored. Any io thread, for each send. */
@FunctionalInterface
public interface PutHooks {

    /** Nobody looks. */
    PutHooks NONE = topic -> null;

    /** What runs for messages of this topic; null when nothing does. Must neither block nor allocate. */
    @Nullable
    PutChain chain(String topic);
}
