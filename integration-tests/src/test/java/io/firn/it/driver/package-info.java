/**
 * The client driver: a main class that runs in its own process on a stock client's class path and nothing else.
 *
 * <p>It takes commands as lines on standard input and answers with lines on standard output. {@link
 * io.firn.it.driver.Line} and {@link io.firn.it.driver.Payload} are shared with the test side.
 */
@NullMarked
package io.firn.it.driver;

import org.jspecify.annotations.NullMarked;
