package io.firn.tiered.retention;

import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.commit.ObjectRef;
import io.firn.tiered.format.RpkReader;
import java.time.InstantSource;
import java.util.function.Function;

/**
 * Moves the begin of each queue behind what is past its retention, as the archive's writer does, and deletes nothing. One
 * thread, which it blocks.
 */
public final class QueueStarts {
    private final Expiry expiry;
    private final RetentionRules rules;
    private final InstantSource clock;

    /**
     * Starts of an archive that is only read.
     *
     * @param open reads an object's index
     */
    public QueueStarts(Function<ObjectRef, RpkReader> open, RetentionRules rules, InstantSource clock) {
        this.expiry = new Expiry(open);
        this.rules = rules;
        this.clock = clock;
    }

    /** Looks at objects in which something may have become too old. */
    public void move(Archive archive) {
        expiry.expired(archive.catalogue(), archive.queues(), rules.now(), clock.millis());
    }
}
