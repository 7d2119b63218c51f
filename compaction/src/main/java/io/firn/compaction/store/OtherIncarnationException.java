package io.firn.compaction.store;

import java.io.IOException;
import java.nio.file.Path;

/** A directory holds the data of a topic that was deleted, and the topic was made again. */
public final class OtherIncarnationException extends IOException {

    private static final long serialVersionUID = 1;

    OtherIncarnationException(Path directory, QueueName found, QueueName wanted) {
        super(directory + " holds queue " + found + " of incarnation " + found.incarnation() + ", the topic now is "
                + wanted.incarnation());
    }
}
