/** Plugins that the testkit's tests load, good and bad. */
@org.jspecify.annotations.NullMarked
package io.firn.testkit.sample;
