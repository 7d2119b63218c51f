/**
 * Plugin jars as files: reading the manifest, copying into the cache, checking links and signatures, and the class
 * loader. Knows no lifecycle. Runs on {@code firn-plugins} or on the operator's command line; touches the disk. Uses
 * {@code runtime} and PF4J's version expressions.
 */
@NullMarked
package io.firn.broker.plugin.jar;

import org.jspecify.annotations.NullMarked;
