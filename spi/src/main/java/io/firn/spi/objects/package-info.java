/**
 * Extension point: object storage for other plugins. One plugin keeps objects ({@code ObjectStorage}); any plugin uses them
 * through its own part of them ({@code ObjectSpace}), without knowing who that is. All calls block and belong on
 * {@code PluginContext.blockingIo}. Uses {@code contract}.
 */
@NullMarked
package io.firn.spi.objects;

import org.jspecify.annotations.NullMarked;
