/**
 * Whole brokers under attack: bytes no client sends, files no broker wrote. Every test is seeded; {@code -Dfirn.seed=}
 * repeats a run, {@code -Dfirn.fuzz.scale=} multiplies how much of it there is.
 */
@NullMarked
package io.firn.broker.abuse;

import org.jspecify.annotations.NullMarked;
