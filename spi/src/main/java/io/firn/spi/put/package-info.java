/**
 * Extension point: look at, change or refuse messages before they are stored. Runs on the broker's io threads, many at
 * once, between request checks and append: nothing here may block. Uses {@code contract}, {@code topic},
 * {@code message}.
 */
@NullMarked
package io.firn.spi.put;

import org.jspecify.annotations.NullMarked;
