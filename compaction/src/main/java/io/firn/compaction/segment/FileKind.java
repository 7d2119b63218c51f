package io.firn.compaction.segment;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The kinds of file this plugin writes: each has a magic of its own and a format version. */
public enum FileKind {
    /** Records, byte for byte. */
    LOG("FIRNCLOG", 1),
    /** Where each record of a log is. */
    INDEX("FIRNCIDX", 1),
    /** Hashes of the keys of a log, sorted. */
    KEYS("FIRNCKEY", 1),
    /** Which records of a log are alive. */
    LIVE("FIRNCLIV", 1),
    /** What a generation consists of. */
    MANIFEST("FIRNCMAN", 1),
    /** Which generation counts. */
    CURRENT("FIRNCCUR", 1);

    private final long magic;
    private final int version;

    FileKind(String magic, int version) {
        this.magic = ByteBuffer.wrap(magic.getBytes(StandardCharsets.US_ASCII)).getLong();
        this.version = version;
    }

    long magic() {
        return magic;
    }

    /** The newest format of this kind that this build reads, and the one it writes. */
    public int version() {
        return version;
    }
}
