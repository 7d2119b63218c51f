/**
 * Words every other package of the SPI uses: who implements what, how long a call may take, how something registered
 * ends. Values and annotations; no thread of its own. Uses nothing but the JDK.
 */
@NullMarked
package io.firn.spi.contract;

import org.jspecify.annotations.NullMarked;
