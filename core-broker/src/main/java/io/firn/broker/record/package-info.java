/**
 * Floor 1: the bytes of a stored message. One class owns the format ({@link io.firn.broker.record.RecordLayout}), one
 * writes it ({@link io.firn.broker.record.RecordEncoder}), one reads it ({@link io.firn.broker.record.RecordView}).
 * No thread of its own: every writer and view is a flyweight that belongs to the thread that made it. Uses only
 * {@code runtime}; knows neither sockets nor files.
 */
@NullMarked
package io.firn.broker.record;

import org.jspecify.annotations.NullMarked;
