/**
 * Floor 5: commands for operators. Each is a client of the broker's admin address, or works on files without a broker, with
 * the same classes that the plugin host uses; none opens a store. Runs on the main thread of a process of its own, prints
 * to the command line's writers and ends with 0 for done, 1 for failed, 2 for wrong usage. Uses {@code plugin},
 * {@code wire}'s JSON and {@code runtime}; only the root package, which lists the commands, knows it.
 */
@NullMarked
package io.firn.broker.cli;

import org.jspecify.annotations.NullMarked;
