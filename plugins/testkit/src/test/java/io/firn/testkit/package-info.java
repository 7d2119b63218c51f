/** Tests of the testkit, each with a broker; also examples of its use. */
@org.jspecify.annotations.NullMarked
package io.firn.testkit;
