/**
 * What the host keeps on disk under {@code <store>/plugins}: which plugins are switched off, which own data, and the
 * line per change that an auditor reads. Owned by {@code firn-plugins}; a broker that is stopped may be changed from the
 * command line. Uses {@code runtime} and {@code wire}'s JSON.
 */
@NullMarked
package io.firn.broker.plugin.store;

import org.jspecify.annotations.NullMarked;
