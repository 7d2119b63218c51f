/** Plugins as jars in real brokers, which are killed under load from stock producers. */
@NullMarked
package io.firn.it.plugin;

import org.jspecify.annotations.NullMarked;
