/** Generates plugins and builds them as authors do, by Maven, without the network. */
@NullMarked
package io.firn.archetype;

import org.jspecify.annotations.NullMarked;
