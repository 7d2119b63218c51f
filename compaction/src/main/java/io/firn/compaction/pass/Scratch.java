package io.firn.compaction.pass;

import io.firn.compaction.disk.Disk;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Where a pass puts what does not outlive it.
 *
 * @param disk the queue's disk
 * @param directory the queue's directory
 * @param generation number of the attempt, part of the names of temporary files
 * @param arena memory that goes when the pass ends
 */
record Scratch(Disk disk, Path directory, long generation, Arena arena) {

    Path file(String what) {
        return directory.resolve("x-" + what + "-" + generation);
    }

    ByteBuffer buffer(long bytes) {
        return arena.allocate(bytes).asByteBuffer();
    }
}
