/**
 * Floor 4: delay levels. A message that asks for one is stored in a queue of its level instead of its own, and stored
 * again in its own when it is due. Putting aside runs on the sender's io thread; {@code firn-timer} waits for the next due
 * time and delivers, and does not exist before the first delayed message; progress is written on
 * {@code firn-housekeeper}. Implements a port of {@code produce}; uses log, queue and topic below it.
 */
@NullMarked
package io.firn.broker.delay;

import org.jspecify.annotations.NullMarked;
