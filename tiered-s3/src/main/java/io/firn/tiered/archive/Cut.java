package io.firn.tiered.archive;

/**
 * What to archive next. Positions of the log.
 *
 * @param kind what it is
 * @param from its first byte
 * @param to behind its last byte
 */
record Cut(Kind kind, long from, long to) {
    /** What a cut is. */
    enum Kind {
        /** Whole messages that are there. */
        SLICE,
        /** A range that neither the log nor the archive has. */
        HOLE,
        /** The log ends below what is archived: it is another log. */
        FOREIGN
    }
}
