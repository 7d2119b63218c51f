/**
 * An archive as a read-only broker follows it: catalogue, topics, groups and offsets, without a single write to the bucket.
 * Runs on one thread of the plugin's scheduler, which it blocks; may use every room of the plugin but {@code gate}.
 */
@org.jspecify.annotations.NullMarked
package io.firn.tiered.reader;
