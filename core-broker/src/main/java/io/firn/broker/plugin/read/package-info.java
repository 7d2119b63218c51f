/**
 * Floor 4, part of the plugin room: what plugins serve of queues. Implements the ports of {@code queue}: cold readers
 * extend a queue with older messages, a queue reader replaces what readers see of it. A plugin's code runs on the plugin's
 * own threads, never on io threads; deadlines run on {@code firn-plugin-reads-deadlines-1}. What a plugin gives is checked
 * before a client sees it. Uses floors 0 to 3, the SPI, {@code plugin.context} and {@code plugin.guard}.
 */
@NullMarked
package io.firn.broker.plugin.read;

import org.jspecify.annotations.NullMarked;
