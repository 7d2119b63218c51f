/** Operators' tools, unmodified: {@code mqadmin} of Apache RocketMQ 5.5.0 against the broker, asserted on what it prints. */
@NullMarked
package io.firn.it.admin;

import org.jspecify.annotations.NullMarked;
