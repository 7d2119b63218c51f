/**
 * What is archived, in memory: the objects by position of the log, and for each queue which objects hold its messages, in
 * a bounded number of bytes however many there are. Written by the archiver's thread, read by any. A copy on the local disk
 * saves reading the bucket at start; the bucket is the truth. Uses {@code commit} and {@code format}.
 */
@NullMarked
package io.firn.tiered.catalogue;

import org.jspecify.annotations.NullMarked;
