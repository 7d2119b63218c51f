/**
 * Floor 3, part of {@code filter}: SQL92 conditions on the properties of messages. {@link SqlFilter} is the door: text is
 * cut into tokens, read by one recursive descent, and becomes an immutable tree that looks into the stored bytes of a
 * record. Pure values, any thread; asking one allocates nothing. Uses {@code record} and {@code wire}.
 */
@NullMarked
package io.firn.broker.filter.sql;

import org.jspecify.annotations.NullMarked;
