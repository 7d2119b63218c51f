/**
 * Firn beside Apache RocketMQ 5.5.0: stores that one wrote and the other opens, records byte for byte, foreign name servers.
 *
 * <p>These suites need both systems whatever {@code firn.it.sut} says; with {@code apache} both sides are Apache, which
 * proves the suites.
 */
@NullMarked
package io.firn.it.interop;

import org.jspecify.annotations.NullMarked;
