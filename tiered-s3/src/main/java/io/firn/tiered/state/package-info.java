/**
 * Topics, groups and offsets in the bucket, so that a broker whose disk is gone knows more than messages. Snapshots are
 * taken on the archiver's thread and read on an operator's; both may block. Uses {@code archive}, {@code commit},
 * {@code retention}, {@code store}.
 */
@NullMarked
package io.firn.tiered.state;

import org.jspecify.annotations.NullMarked;
