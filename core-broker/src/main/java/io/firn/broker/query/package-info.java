/**
 * Floor 4: finding messages other than by reading on: by offset id, by key, and queue offsets by time. What may touch
 * old data runs on {@code firn-reader}. Uses log, queue and topic below it.
 */
@NullMarked
package io.firn.broker.query;

import org.jspecify.annotations.NullMarked;
