package io.firn.compaction.archive;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An object of the archive is not what was stored, or is gone. Names the queue, the object and what to do. */
public final class DamagedArchiveException extends IOException {

    private static final long serialVersionUID = 1;

    DamagedArchiveException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
