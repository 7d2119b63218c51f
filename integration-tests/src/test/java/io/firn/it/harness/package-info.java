/**
 * Starts and ends the processes the suites talk to: Firn, Apache RocketMQ's servers and tools, and stock clients.
 *
 * <p>Everything runs on free loopback ports below a directory the caller gives. Called from test threads; a process is
 * owned by who started it and is killed at the end of the test JVM at the latest.
 */
@NullMarked
package io.firn.it.harness;

import org.jspecify.annotations.NullMarked;
