/**
 * Floor 3: order and visibility per queue. The dispatcher ({@code firn-dispatcher}, one thread) tails the log into
 * consume queues, the key index and the long polls, and owns the tails of all three; reading runs on the caller's
 * thread and sees published offsets; forcing, closing of idle mappings and expiry run on {@code firn-housekeeper}.
 * {@link QueueLog} joins what is here with what {@link QueueSources} have elsewhere. Uses floors {@code runtime},
 * {@code record}, {@code wire} (its errors) and {@code log}; knows nothing of sockets, groups, plugins or topic settings.
 */
@NullMarked
package io.firn.broker.queue;

import org.jspecify.annotations.NullMarked;
