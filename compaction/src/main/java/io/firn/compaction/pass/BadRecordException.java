package io.firn.compaction.pass;

import java.io.IOException;

/** A record of the commit log cannot be used. Stops the queue's passes, and no other queue's. */
public final class BadRecordException extends IOException {

    private static final long serialVersionUID = 1;

    private final long offset;

    /** The record at this queue offset; {@code what} ends the sentence. */
    public BadRecordException(long offset, String what) {
        super("the record at queue offset " + offset + " " + what);
        this.offset = offset;
    }

    /** Queue offset of the record. */
    public long offset() {
        return offset;
    }
}
