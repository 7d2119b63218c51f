/** Tests of the command lines that a plugin's build runs. */
@org.jspecify.annotations.NullMarked
package io.firn.testkit.tool;
