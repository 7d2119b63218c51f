package io.firn.compaction.pass;

/** How a pass ended. */
public sealed interface PassOutcome {

    /**
     * All that was due is done.
     *
     * @param counts what that was
     */
    record Done(PassCounts counts) implements PassOutcome {}

    /**
     * A record or a file cannot be used. What lies before was compacted; the queue stays readable as it is, and a retry comes
     * after a while.
     *
     * @param offset queue offset of the record, or -1 when a compacted file is damaged
     * @param reason names file or offset, and what is wrong
     */
    record Blocked(long offset, String reason) implements PassOutcome {}

    /**
     * The disk refused something. The old generation stays, outputs are removed.
     *
     * @param reason what the disk said
     */
    record Failed(String reason) implements PassOutcome {}

    /** The plugin is stopping. */
    record Stopped() implements PassOutcome {}
}
