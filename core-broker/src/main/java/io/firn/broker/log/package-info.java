/**
 * Floor 2: the commit log, bytes in position order in mapped segments of one length, in RocketMQ's format. Appends run
 * on the caller's thread under a short lock; {@code firn-log-flusher} forces and answers those who wait; the
 * housekeeper prepares the next segment, populates pages ahead of the writer and writes the checkpoint. The only room
 * that maps, forces or unmaps files. May use {@code runtime} and {@code record}.
 */
@NullMarked
package io.firn.broker.log;

import org.jspecify.annotations.NullMarked;
