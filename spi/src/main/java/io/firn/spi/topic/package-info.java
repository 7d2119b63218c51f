/**
 * Topics, their queues and the groups that read them, as immutable snapshots; attributes a plugin adds to topics.
 * Listeners run on a thread of the plugin. Uses {@code contract}.
 */
@NullMarked
package io.firn.spi.topic;

import org.jspecify.annotations.NullMarked;
