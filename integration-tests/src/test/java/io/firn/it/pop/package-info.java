/** Pop consumption as stock clients see it, with a broker of their own. */
@NullMarked
package io.firn.it.pop;

import org.jspecify.annotations.NullMarked;
