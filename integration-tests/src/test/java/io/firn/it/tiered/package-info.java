/** A broker with the plugin jar of tiered storage: archives, deletes, serves what it deleted; stock clients notice nothing. */
@NullMarked
package io.firn.it.tiered;

import org.jspecify.annotations.NullMarked;
