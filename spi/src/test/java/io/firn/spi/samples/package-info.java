/** What the contract suites are tried on: for each one that keeps it, and one for each clause that breaks it. */
@NullMarked
package io.firn.spi.samples;

import org.jspecify.annotations.NullMarked;
