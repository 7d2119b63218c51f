package io.firn.broker.queue;

import io.firn.broker.log.MappedFile;
import io.firn.broker.log.MappedFile.Access;
import io.firn.broker.queue.QueueFiles.UnitFile;

/**
 * Finds the first offset of a queue whose record is still in the log. Entries rise with their positions, so a few of them
 * say it; when one of these contradicts the others, all are asked. A damaged entry is no reason to believe that messages
 * are gone: the answer is rather too low than too high. Owner: the searching thread.
 */
final class MinSearch {

    /** So many entries before the one that was found have to agree with it. */
    private static final int WITNESSES = 200;

    private final QueueFiles files;
    private final long logStart;
    /** Of the entry looked at last. */
    private long position;

    private enum Entry {
        /** A leading blank, or its record is gone. */
        BELOW,
        KEPT,
        DAMAGED
    }

    MinSearch(QueueFiles files, long logStart) {
        this.files = files;
        this.logStart = logStart;
    }

    /** The first offset whose record is at or behind the log's start; {@code end} when there is none. */
    long find(long end) {
        UnitFile[] all = files.all();
        long first = all.length == 0 ? end : Math.min(end, all[0].firstOffset());
        if (first == end || look(first) == Entry.KEPT) {
            return first;
        }
        long low = first;
        long high = end;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (look(middle) == Entry.BELOW) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return isCertain(first, low) ? low : walk(first, end);
    }

    /** Whether the entries right before one are below, and in order. */
    private boolean isCertain(long first, long found) {
        long behind = Long.MAX_VALUE;
        for (long offset = found - 1; offset >= Math.max(first, found - WITNESSES); offset--) {
            if (look(offset) != Entry.BELOW || position > behind) {
                return false;
            }
            behind = position;
        }
        return look(first) == Entry.BELOW;
    }

    private long walk(long first, long end) {
        long doubtful = -1;
        for (long offset = first; offset < end; offset++) {
            switch (look(offset)) {
                case BELOW -> doubtful = -1;
                case DAMAGED -> doubtful = doubtful < 0 ? offset : doubtful;
                case KEPT -> {
                    return doubtful < 0 ? offset : doubtful;
                }
            }
        }
        return doubtful < 0 ? end : doubtful;
    }

    /** Whether the record of an entry is known to be gone. */
    boolean isBelow(long offset) {
        return look(offset) == Entry.BELOW;
    }

    private Entry look(long offset) {
        UnitFile unitFile = files.at(offset);
        MappedFile file = unitFile == null ? null : unitFile.file().acquire(Access.READ_WRITE);
        if (unitFile == null || file == null) {
            position = 0;
            return Entry.BELOW;
        }
        try {
            long at = (offset - unitFile.firstOffset()) * QueueUnit.BYTES;
            position = QueueUnit.position(file.memory(), at);
            int size = QueueUnit.size(file.memory(), at);
            if (!QueueUnit.isWritten(position, size)) {
                return Entry.DAMAGED;
            }
            return position < logStart || QueueUnit.isLeading(position, size) ? Entry.BELOW : Entry.KEPT;
        } finally {
            file.release();
        }
    }
}
