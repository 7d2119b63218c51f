/**
 * The {@code .rpk} object: one slice of the commit log, sorted by queue, in independent zstd frames, with an index that
 * one suffix read brings, and a permutation that gives the exact slice back. Writers and readers belong to the thread
 * that made them; an opened index is immutable. Does no io: bytes come from {@code ObjectBytes} and go to
 * {@code ByteSink}. Uses no other package of the plugin. {@code RpkLayout} has the byte diagram.
 */
@NullMarked
package io.firn.tiered.format;

import org.jspecify.annotations.NullMarked;
