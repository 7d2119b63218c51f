/**
 * Floor 4: where clients learn which broker has which queues. An embedded name server for one machine, speaking the
 * protocol of Apache RocketMQ's, and the registration of this broker with name servers, embedded or not, all over the
 * same wire. The route table is owned by {@code firn-control}; registration is driven from there too and never blocks.
 */
@NullMarked
package io.firn.broker.nameserver;

import org.jspecify.annotations.NullMarked;
