package io.firn.tiered.store;

/** Why a request is made: the first label of counts and cost, and what decides which connections it may use. */
public enum Purpose {
    /** A consumer waits for these bytes. */
    MISS,
    /** A consumer will probably want these bytes. */
    READAHEAD,
    /** Upload and read-back of a slice. */
    ARCHIVE,
    /** The log of commits, its fence and its checkpoints. */
    COMMIT,
    /** Retention, orphans, checking of what lies in the bucket. */
    HOUSEKEEPING,
    /** Objects of other plugins. */
    PLUGIN,
    /** Start-up: probe, recovery, restore. */
    RECOVERY,
    /** An operator's command. */
    ADMIN;

    /** Whether a client waits: such requests keep their own connections. */
    boolean isForReaders() {
        return this == MISS || this == READAHEAD;
    }
}
