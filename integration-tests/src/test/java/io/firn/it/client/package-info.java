/**
 * Stock clients, unmodified, each in its own process and class path, against one running broker.
 *
 * <p>Each suite runs for every {@link io.firn.it.harness.StockClient}: client version times serialize type.
 */
@NullMarked
package io.firn.it.client;

import org.jspecify.annotations.NullMarked;
