package io.firn.broker.queue;

/**
 * Looks whether the entries of a queue, shown one by one, follow one another as a broker writes them: each is written,
 * no record begins before the one before it ends, and a blank has the position of the record behind it. So an entry that
 * was damaged into a blank, or into one whose record is gone, is not passed over. Owner: one thread.
 */
final class EntryChain {

    private static final long NONE = -1;

    private long end;
    private long blankFrom = NONE;
    private long blankPosition;
    private long brokenAt = NONE;

    /** A chain whose first record begins at {@code from} or behind. */
    EntryChain(long from) {
        this.end = from;
    }

    /** Takes the next entry; false when it, or the blanks before it, can not be right. */
    boolean accepts(long offset, long position, int size) {
        if (!QueueUnit.isWritten(position, size) || position < end) {
            brokenAt = blankFrom == NONE ? offset : blankFrom;
            return false;
        }
        if (blankFrom != NONE && position != blankPosition) {
            brokenAt = blankFrom;
            return false;
        }
        if (size == QueueUnit.BLANK_SIZE) {
            blankFrom = blankFrom == NONE ? offset : blankFrom;
            blankPosition = position;
            end = position;
        } else {
            blankFrom = NONE;
            end = position + size;
        }
        return true;
    }

    /** The first offset that can not be right. */
    long brokenAt() {
        return brokenAt;
    }

    /** Whether blanks came last, and no record that proves them. */
    boolean endsInBlanks() {
        return blankFrom != NONE;
    }

    /** The first of these blanks. */
    long blankFrom() {
        return blankFrom;
    }

    long blankPosition() {
        return blankPosition;
    }
}
