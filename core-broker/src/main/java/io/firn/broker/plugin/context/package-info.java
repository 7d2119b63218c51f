/**
 * What a plugin holds while it runs: its context and all that hangs on it, and what it has registered. Objects here are
 * called by plugins on any thread, and closed on {@code firn-plugins}. Uses {@code runtime}, {@code plugin.config},
 * {@code plugin.jar}, {@code plugin.guard} and the SPI.
 */
@NullMarked
package io.firn.broker.plugin.context;

import org.jspecify.annotations.NullMarked;
