package io.firn.broker.produce;

import org.jspecify.annotations.Nullable;

/** The port of those who follow the log and may ask producers to wait for them. */
@FunctionalInterface
public interface ProduceThrottle {

    /** Nobody asks. */
    ProduceThrottle NONE = () -> null;

    /** Why producers shall come back later, in words for them; null when they need not. Any thread; must not block. */
    @Nullable
    String busy();
}
