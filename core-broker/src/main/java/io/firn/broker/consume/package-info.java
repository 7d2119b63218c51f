/**
 * Floor 4: a pull becomes one read. Checks topic, group and subscription against snapshots, commits the offset the pull
 * carries, reads, and replies with slices of the log's own memory; a pull at the end of its queue is parked until a
 * matching message arrives. Also answers what else consumers ask: heartbeats, member lists, queue locks, offsets. Pulls
 * of the hot tail run on the io thread that read them, older ones on {@code firn-reader}.
 */
@NullMarked
package io.firn.broker.consume;

import org.jspecify.annotations.NullMarked;
