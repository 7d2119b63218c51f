/**
 * Floor 5: the whole. {@link io.firn.broker.Broker} wires the rooms, opens and closes them in order and holds the
 * request table, the table of contents of the house; {@link io.firn.broker.BrokerMain} is the command line. Nothing
 * refers to this package. Wiring runs on the main thread; no request does.
 */
@NullMarked
package io.firn.broker;

import org.jspecify.annotations.NullMarked;
