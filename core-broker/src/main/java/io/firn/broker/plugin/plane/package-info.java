/**
 * Floor 4, plugin room: all hooks of plugins that act where messages flow, joined. {@code DataPlane} takes what plugins
 * registered and gives the ports of {@code produce} and {@code retention}. Uses the packages {@code guard}, {@code put},
 * {@code dispatch}, {@code cleanup} and {@code context} of the plugin room.
 */
@NullMarked
package io.firn.broker.plugin.plane;

import org.jspecify.annotations.NullMarked;
