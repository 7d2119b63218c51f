/**
 * Messages that stock consumers could not consume, and messages that stock producers want delivered later, with a broker of
 * their own whose delays are short.
 */
@NullMarked
package io.firn.it.redelivery;

import org.jspecify.annotations.NullMarked;
