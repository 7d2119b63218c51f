/**
 * Extension point: commands and HTTP routes for operators. Run on a thread of the plugin, may block. Uses
 * {@code contract}.
 */
@NullMarked
package io.firn.spi.admin;

import org.jspecify.annotations.NullMarked;
