package io.firn.compaction.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * All that this plugin does to a file system. What is written is durable after {@link OutputFile#sync()}; a name (made,
 * renamed or deleted) is durable after {@link #syncDirectory}. Nothing else is promised about the order in which
 * un-synced steps reach the disk. Any thread; callers see to it that one directory has one writer.
 */
public interface Disk {

    /** Makes an empty file and opens it for appending; a file of that name must not be there. */
    OutputFile create(Path file) throws IOException;

    /** Maps a whole file, whose bytes no longer change, for reading. */
    InputFile open(Path file) throws IOException;

    /** Gives a file another name in one step; a file that had the new name is replaced. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file; one that is not there is no error. Mapped views of it stay readable. */
    void delete(Path file) throws IOException;

    /** Makes a directory and its parents, and makes their names durable. */
    void createDirectories(Path directory) throws IOException;

    /** Makes the names in a directory durable: those made, renamed and deleted so far. */
    void syncDirectory(Path directory) throws IOException;

    /** Names in a directory, in no order; none when it is not there. */
    List<String> list(Path directory) throws IOException;

    /** Bytes that can still be written below this directory, which exists. */
    long usableBytes(Path directory) throws IOException;
}
