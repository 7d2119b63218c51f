package io.firn.broker.log;

import io.firn.broker.runtime.StorageException;
import java.nio.file.Path;

/** Bytes that were once safely stored are not what they were: names the file and the position. */
public final class CorruptLogException extends StorageException {

    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final long position;

    public CorruptLogException(Path file, long position, String what) {
        super("commit log is corrupt in " + file + " at position " + position + ": " + what);
        this.file = file;
        this.position = position;
    }

    public Path file() {
        return file;
    }

    /** Byte in the log where the damage starts. */
    public long position() {
        return position;
    }
}
