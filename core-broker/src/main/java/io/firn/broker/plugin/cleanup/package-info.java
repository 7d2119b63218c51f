/**
 * Floor 4, plugin room: plugins that still need segments of the log. {@code CleanupHooks} implements the port of
 * {@code retention}: on the housekeeper, which waits at most 100 ms for a plugin's thread to answer. Uses
 * {@code plugin.guard} and log below it.
 */
@NullMarked
package io.firn.broker.plugin.cleanup;

import org.jspecify.annotations.NullMarked;
