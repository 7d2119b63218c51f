/**
 * The broker's topics and groups as plugins see them, and the attributes and checks that plugins add to topics. Snapshots
 * for any thread; plugins are told of changes on their own threads. Uses {@code topic}, {@code group} and the SPI.
 */
@NullMarked
package io.firn.broker.plugin.view;

import org.jspecify.annotations.NullMarked;
