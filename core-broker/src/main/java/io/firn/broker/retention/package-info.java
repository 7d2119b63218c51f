/**
 * Floor 4: which segments may go. Looks at age, hour and disk every ten seconds on {@code firn-housekeeper}, drops the
 * oldest segments of the log and what queues and index kept of them, and closes the broker to producers before the disk
 * is full. Uses log and queue below it.
 */
@NullMarked
package io.firn.broker.retention;

import org.jspecify.annotations.NullMarked;
