/**
 * Floor 3: which records a subscription wants. Tag expressions become one {@link io.firn.broker.record.RecordFilter}
 * that the read path asks first with the tag hash of a queue entry. Pure values, any thread. Uses {@code record} and
 * {@code wire}; knows no group and no topic.
 */
@NullMarked
package io.firn.broker.filter;

import org.jspecify.annotations.NullMarked;
