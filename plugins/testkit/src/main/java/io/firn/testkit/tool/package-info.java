/**
 * Command lines that a plugin's build runs. They print: that is what they are for. Main thread.
 */
@NullMarked
package io.firn.testkit.tool;

import org.jspecify.annotations.NullMarked;
