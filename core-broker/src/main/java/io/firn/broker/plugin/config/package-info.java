/**
 * Settings of plugins: texts from files, environment and references, bound to records and explained. Stateless values;
 * reading touches the disk. Uses the SPI's {@code config} and {@code contract}.
 */
@NullMarked
package io.firn.broker.plugin.config;

import org.jspecify.annotations.NullMarked;
