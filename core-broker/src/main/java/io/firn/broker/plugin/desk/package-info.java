/**
 * What operators ask of plugins: the host's own answers, and commands and routes that plugins add. Runs on the admin
 * server's pool, waits for threads of the plugin. Uses the host, {@code plugin.context}, {@code plugin.config},
 * {@code wire} and {@code server}.
 */
@NullMarked
package io.firn.broker.plugin.desk;

import org.jspecify.annotations.NullMarked;
