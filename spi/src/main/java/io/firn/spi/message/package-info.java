/**
 * The bytes of a stored message and ways to look at them without copying: the same record in the log, in a pull
 * response and in an archive. Views are flyweights that belong to the thread that made them. Uses {@code contract}.
 */
@NullMarked
package io.firn.spi.message;

import org.jspecify.annotations.NullMarked;
