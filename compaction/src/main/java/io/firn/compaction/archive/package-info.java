/**
 * Generations in object storage: uploaded file by file, the manifest last and under a number that exists once, so that of two
 * brokers one finds out; and brought back to a disk that lost them. Runs on a pool of the plugin, one thread per queue at a
 * time; all calls to the storage block. Uses {@code store}, {@code segment}, {@code disk} and the SPI's {@code objects}.
 */
@NullMarked
package io.firn.compaction.archive;

import org.jspecify.annotations.NullMarked;
