package io.firn.compaction.archive;

import java.io.IOException;

/** The archive of a queue goes on under somebody else, or has another past: nothing of it may be touched from here. */
public final class ForeignArchiveException extends IOException {

    private static final long serialVersionUID = 1;

    ForeignArchiveException(String message) {
        super(message);
    }
}
