/**
 * Floor 4: the plugin host, the only room that knows PF4J. Finds jars, decides which may be loaded, opens, starts, guards
 * and closes plugins, and hands what they register to the rooms that call it. Every change of a plugin's state runs on
 * {@code firn-plugins}; a plugin's own code runs on {@code firn-plugin-<id>-*}. Uses floors 0 to 3 and the SPI.
 */
@NullMarked
package io.firn.broker.plugin;

import org.jspecify.annotations.NullMarked;
