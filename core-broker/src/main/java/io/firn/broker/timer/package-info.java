/**
 * Floor 4: timers. A message that names a time is stored in RocketMQ's timer topic; from there it is noted in the
 * {@code timerlog} and the slot of its second in the {@code timerwheel}, and stored in its own queue when it is due, unless
 * it was recalled. Putting aside runs on the sender's io thread; {@code firn-wheel} notes and delivers, and does not exist
 * before the first timed message of the store, nor do the files; these are forced on {@code firn-housekeeper}. Implements a
 * port of {@code produce}; uses log, queue, topic and server below it.
 */
@NullMarked
package io.firn.broker.timer;

import org.jspecify.annotations.NullMarked;
