/**
 * Plugins as they were built with earlier versions of the SPI, in a broker with this one. The repository has no
 * binaries: they are made in the test from the recorded signatures.
 */
@org.jspecify.annotations.NullMarked
package io.firn.testkit.old;
