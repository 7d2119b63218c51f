/** Tests of the plugin: each part alone, the contracts of the SPI, and all of it in a running broker. */
@NullMarked
package io.firn.guard;

import org.jspecify.annotations.NullMarked;
