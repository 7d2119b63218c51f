/**
 * The compaction plugin: topics with {@code cleanup.policy=COMPACTION} keep the latest record of each key. This package binds the
 * rooms below to the broker: configuration, topic attributes, hooks, commands, metrics. It sees the broker only as
 * {@code io.firn.spi}. Arrows: this package, {@code queue}, {@code pass}, {@code store}, {@code segment}, then {@code frame}
 * and {@code disk}.
 */
@NullMarked
package io.firn.compaction;

import org.jspecify.annotations.NullMarked;
