/**
 * Floor 3: which topics exist, with their queue counts, permissions and attributes; and the durable name-to-value
 * table under {@code config/} that topics and groups are kept in. Readers on any thread see immutable values; changes
 * run on {@code firn-housekeeper}, are on disk before anybody sees them, and are answered on {@code firn-control}.
 * Uses {@code runtime} and {@code wire}.
 */
@NullMarked
package io.firn.broker.topic;

import org.jspecify.annotations.NullMarked;
