/**
 * In-memory stand-ins for what the broker provides, for tests of plugins: small, strict, and on the caller's thread. They
 * note what a plugin must not do (a message touched too late, a lease left open) instead of letting it pass. Part of the
 * test-jar; uses only the SPI.
 */
@NullMarked
package io.firn.spi.fake;

import org.jspecify.annotations.NullMarked;
