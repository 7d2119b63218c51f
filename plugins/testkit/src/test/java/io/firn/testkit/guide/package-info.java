/** The examples of {@code docs/plugins}: compiled here, and a test compares the pages with them. */
@org.jspecify.annotations.NullMarked
package io.firn.testkit.guide;
