package io.firn.broker.plugin.read;

import io.firn.spi.cold.ColdReader;
import io.firn.spi.cold.ColdReaderSpec;

/**
 * A cold reader in force.
 *
 * @param guard between it and the broker
 */
record ColdClaim(ColdReaderSpec spec, ColdReader reader, ReadGuard guard) {}
