/**
 * Extension point: follow the log at one's own pace, at least once, in position order. Each dispatcher has a thread and
 * a cursor of its own. Uses {@code contract}, {@code topic}, {@code message}, {@code read}.
 */
@NullMarked
package io.firn.spi.dispatch;

import org.jspecify.annotations.NullMarked;
