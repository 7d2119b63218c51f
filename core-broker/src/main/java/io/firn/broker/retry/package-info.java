/**
 * Floor 4: messages that a consumer could not consume. They come back to their group in the topic {@code %RETRY%group},
 * each time later, and after the last time end among its dead letters in {@code %DLQ%group}. Headers are read on io
 * threads; the message that is given back is looked up and stored on {@code firn-reader}. Implements a port of
 * {@code produce}; uses log, queue, topic and group below it.
 */
@NullMarked
package io.firn.broker.retry;

import org.jspecify.annotations.NullMarked;
