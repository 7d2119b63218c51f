/**
 * Gates on the SPI as a whole: what it may depend on, that every member is documented, and that its signatures are those
 * written down in {@code api/}. Tests only.
 */
@NullMarked
package io.firn.spi.api;

import org.jspecify.annotations.NullMarked;
