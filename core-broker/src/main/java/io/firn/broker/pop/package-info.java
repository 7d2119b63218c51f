/**
 * Floor 4: pop consumption. The broker chooses the queue, gives each message to one member of a group and keeps it
 * invisible for a time; what is not acknowledged by then comes again through the group's pop retry topic. A group's place
 * in a queue is committed past a message only when that message is acknowledged, stored again, or noted in the revive log
 * (a topic of the broker, in RocketMQ's format): an end of the process delivers again, it never loses. Pops and acks run
 * on io threads; {@code firn-pop}, which does not exist before the first pop of the store, notes and revives.
 */
@NullMarked
package io.firn.broker.pop;

import org.jspecify.annotations.NullMarked;
