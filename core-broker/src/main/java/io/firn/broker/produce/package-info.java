/**
 * Floor 4: a send becomes one append. Decodes the three send requests into one shape, checks topic, queue and sizes
 * before any state moves, lays out the properties, appends, and replies once the record is as durable as promised.
 * Runs on the io thread that read the request; only a send to a topic that has to be created first waits for
 * {@code firn-control}. Uses log, queue and topic below it.
 */
@NullMarked
package io.firn.broker.produce;

import org.jspecify.annotations.NullMarked;
