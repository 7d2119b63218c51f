/**
 * The plugin: wires the rooms below it and answers for their lives. {@code store} objects in a bucket, {@code format} the
 * archived object, {@code commit} the log of commits, {@code catalogue} what is archived, {@code archive} how it gets there,
 * {@code gate} what may leave the disk, {@code cold} reading back, {@code operator} commands. Uses the SPI only.
 */
@NullMarked
package io.firn.tiered;

import org.jspecify.annotations.NullMarked;
