/**
 * Floor 4, plugin room: plugins that follow the log. Each has an agent with a thread and a cursor of its own, so that a
 * slow one delays nobody; {@code LogDispatchers} knows them all, keeps their progress on disk from the housekeeper, and
 * speaks for them where segments are deleted and producers throttled. Uses {@code plugin.guard} and log below it.
 */
@NullMarked
package io.firn.broker.plugin.dispatch;

import org.jspecify.annotations.NullMarked;
