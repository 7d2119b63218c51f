/**
 * A plugin's configuration as a record: annotations on its components say key, default and range. The broker binds and
 * checks it before the plugin sees it. Uses {@code contract}.
 */
@NullMarked
package io.firn.spi.config;

import org.jspecify.annotations.NullMarked;
