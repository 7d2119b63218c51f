/**
 * Firn's plugin SPI: everything a plugin can see of the broker. Start at {@link io.firn.spi.BrokerPlugin}: the broker
 * makes one, calls {@code start} with a {@link io.firn.spi.PluginContext}, and the plugin registers what it does with
 * {@link io.firn.spi.Registrar}. Each extension point has a package of its own; {@code contract} holds the words they
 * share. Types are {@code @ProvidedByBroker} (do not implement) or {@code @ImplementedByPlugin} (do). Where a method says
 * nothing about threads, any thread may call it. Position = byte in the log, offset = index in a queue; they never mix.
 */
@NullMarked
package io.firn.spi;

import org.jspecify.annotations.NullMarked;
