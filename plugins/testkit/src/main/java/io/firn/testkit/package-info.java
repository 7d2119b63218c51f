/**
 * A broker in the test of a plugin: {@link io.firn.testkit.FirnTest} on a test gives it a {@link
 * io.firn.testkit.FirnBroker} on free ports whose plugin came through the real class loader. Everything runs in the
 * test's process and is called on the test's thread. Knows the broker, the SPI and the stock client; plugins' code
 * never sees any of this.
 */
@NullMarked
package io.firn.testkit;

import org.jspecify.annotations.NullMarked;
