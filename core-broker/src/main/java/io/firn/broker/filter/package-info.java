/**
 * Floor 3: which records a subscription wants. Tag expressions become one {@link io.firn.broker.record.RecordFilter}
 * that the read path asks first with the tag hash of a queue entry; SQL92 conditions ({@code sql}) one that it asks with
 * the record. Pure values, any thread. Uses {@code record}, {@code wire} and {@code runtime}; knows no group, no topic.
 */
@NullMarked
package io.firn.broker.filter;

import org.jspecify.annotations.NullMarked;
