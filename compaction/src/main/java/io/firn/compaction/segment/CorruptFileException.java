package io.firn.compaction.segment;

import java.io.IOException;
import java.nio.file.Path;

/** A file of compacted data is not what was written. Names the file, the byte and what was found. */
public final class CorruptFileException extends IOException {

    private static final long serialVersionUID = 1;

    /** Something in {@code file} at byte {@code position} is wrong; {@code what} ends the sentence. */
    public CorruptFileException(Path file, long position, String what) {
        super(file + " at byte " + position + ": " + what);
    }
}
