/**
 * Floor 0: what every room stands on. Agents and their threads, bounded mailboxes, published positions, the clock,
 * configuration views, metrics and the order in which things close. Knows nothing of messages. Uses only the JDK,
 * slf4j, JCTools' atomic queues and the metrics registry. The only room besides {@code server} that creates threads.
 */
@NullMarked
package io.firn.broker.runtime;

import org.jspecify.annotations.NullMarked;
