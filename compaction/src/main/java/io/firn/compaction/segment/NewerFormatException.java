package io.firn.compaction.segment;

import java.io.IOException;
import java.nio.file.Path;

/** A file was written by a newer version of this plugin; it is left as it is. */
public final class NewerFormatException extends IOException {

    private static final long serialVersionUID = 1;

    NewerFormatException(Path file, int found, int known) {
        super(file + " has format version " + found + ", this plugin reads up to " + known
                + ": start the version that wrote it, nothing was changed");
    }
}
