/**
 * Floor 4, part of the plugin room: the objects that one plugin keeps for others. A call comes on a thread of the plugin that
 * uses objects, which waits, and runs on one of the plugin that keeps them; deadlines and ends come to the one that waits,
 * whatever the other does. Uses floor 0, the SPI, {@code plugin.context}, {@code plugin.guard} and {@code plugin.jar}.
 */
@NullMarked
package io.firn.broker.plugin.objects;

import org.jspecify.annotations.NullMarked;
