/**
 * Transactions with stock producers: ends, questions, and brokers and producers that die in between. Each test has a
 * broker of its own, which asks sooner than brokers do otherwise. Test threads.
 */
@NullMarked
package io.firn.it.transaction;

import org.jspecify.annotations.NullMarked;
