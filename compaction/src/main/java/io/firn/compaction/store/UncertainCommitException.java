package io.firn.compaction.store;

import java.io.IOException;

/** The disk failed in the one step that makes a generation count: either may count after a crash. */
public final class UncertainCommitException extends IOException {

    private static final long serialVersionUID = 1;

    UncertainCommitException(QueueName queue, IOException cause) {
        super(
                "queue " + queue + ": the disk failed while a generation was made current; it is read again before the"
                        + " next pass",
                cause);
    }
}
