/**
 * The contract suites of the SPI: extend the one of your extension point, hand it what you made, and JUnit tells whether a
 * broker can trust it. What not every plugin can do is asked by a capability method that a subclass overrides. Part of the
 * test-jar; uses the SPI, its fakes, JUnit and AssertJ.
 */
@NullMarked
package io.firn.spi.tck;

import org.jspecify.annotations.NullMarked;
