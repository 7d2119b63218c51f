/**
 * Whole-broker load over raw protocol frames, and micro benches. Brokers are processes of their own; what runs here
 * is the load generator and the bookkeeping. Threads: {@code main} runs scenarios one after another, one
 * {@code load-n} thread per connection produces load, one daemon thread per child process reads its output. Uses no
 * room of the broker at compile time except in the micro benches: the frames are written by hand so that a peer can be
 * loaded in exactly the same way.
 */
@NullMarked
package io.firn.bench;

import org.jspecify.annotations.NullMarked;
