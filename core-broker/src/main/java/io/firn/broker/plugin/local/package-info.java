/**
 * Floor 4, part of the plugin room: the local store as plugins read it, without cold readers and overrides. Runs on
 * threads of plugins; may fault pages in. Leases hold segments, so they are counted, and taken back from plugins that
 * forget them. Uses {@code log}, {@code queue}, {@code record} and the SPI.
 */
@NullMarked
package io.firn.broker.plugin.local;

import org.jspecify.annotations.NullMarked;
