/**
 * Floor 2: sockets without meaning. Frames of {@code wire} arrive on {@code firn-io-n} threads, the request table calls
 * the handler of their code on that same thread (or on a pool that the table names), and answers leave in one flush per
 * read. A connection's state belongs to its io thread; {@link io.firn.broker.server.Responder} and
 * {@link io.firn.broker.server.Connection} may be used from anywhere. Uses {@code wire}, {@code record}, {@code runtime}
 * and Netty. Knows no topic, no queue and no log.
 */
@NullMarked
package io.firn.broker.server;

import org.jspecify.annotations.NullMarked;
