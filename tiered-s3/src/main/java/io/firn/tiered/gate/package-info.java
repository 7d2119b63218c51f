/**
 * Keeps segments until they are archived. Asked on the broker's housekeeper, answers from memory. Uses {@code catalogue}
 * and {@code archive}.
 */
@NullMarked
package io.firn.tiered.gate;

import org.jspecify.annotations.NullMarked;
