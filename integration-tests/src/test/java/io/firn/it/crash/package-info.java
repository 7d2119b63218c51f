/**
 * Kill -9 and simulated power cuts under load from stock producers; afterwards every acknowledged message is there, once,
 * at its offset.
 */
@NullMarked
package io.firn.it.crash;

import org.jspecify.annotations.NullMarked;
