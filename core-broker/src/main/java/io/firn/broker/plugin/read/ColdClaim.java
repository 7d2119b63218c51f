package io.firn.broker.plugin.read;

import io.firn.spi.cold.ColdReader;
import io.firn.spi.cold.ColdReaderSpec;
import org.jspecify.annotations.Nullable;

/**
 * A cold reader in force.
 *
 * @param guard between it and the broker
 */
record ColdClaim(ColdReaderSpec spec, ColdReader reader, ReadGuard guard) {
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
