/**
 * What Apache RocketMQ's own compaction left in the store's directory, read once, when a queue is opened for the first time: on
 * the thread that opens it. Uses {@code pass}, {@code store} and below.
 */
@NullMarked
package io.firn.compaction.rocketmq;

import org.jspecify.annotations.NullMarked;
