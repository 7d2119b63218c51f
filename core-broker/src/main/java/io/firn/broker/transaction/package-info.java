/**
 * Floor 4: transactions. First halves are kept in a topic of their own, in RocketMQ's format, until their producer says
 * commit or rollback, or is asked (check-back) because it said nothing. What is open is in memory, made anew from the
 * store at start; while nothing is open nothing runs. Prepares and ends run on io threads, checks on the readers' pool,
 * woken by {@code firn-control}. Uses group, topic, queue and log below it, and implements {@code produce.SendRewrite}.
 */
@NullMarked
package io.firn.broker.transaction;

import org.jspecify.annotations.NullMarked;
