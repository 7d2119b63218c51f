package io.firn.broker.queue;

import io.firn.broker.log.MappedFile;
import io.firn.broker.log.MappedFile.Access;
import io.firn.broker.queue.QueueFiles.UnitFile;
import java.lang.foreign.MemorySegment;

/** Walks entries of one queue file by file. Owner: the walking thread. */
final class EntryWalk {

    private final ConsumeQueue queue;
    private final EntryVisitor visitor;

    EntryWalk(ConsumeQueue queue, EntryVisitor visitor) {
        this.queue = queue;
        this.visitor = visitor;
    }

    void go(long from, long end) {
        long offset = from;
        while (offset < end) {
            offset = goInFile(offset, end);
        }
    }

    /** Returns where to go on; {@code end} when no more is wanted. */
    private long goInFile(long from, long end) {
        UnitFile unitFile = queue.files().at(from);
        MappedFile file = unitFile == null ? null : unitFile.file().acquire(Access.READ_WRITE);
        if (unitFile == null || file == null) {
            UnitFile next = queue.files().after(from);
            return next == null ? end : next.firstOffset();
        }
        try {
            MemorySegment memory = file.memory();
            long stop = Math.min(end, unitFile.firstOffset() + memory.byteSize() / QueueUnit.BYTES);
            for (long offset = from; offset < stop; offset++) {
                if (!show(memory, (offset - unitFile.firstOffset()) * QueueUnit.BYTES, offset)) {
                    return end;
                }
            }
            return stop;
        } finally {
            file.release();
        }
    }

    private boolean show(MemorySegment memory, long at, long offset) {
        long position = QueueUnit.position(memory, at);
        int size = QueueUnit.size(memory, at);
        if (!QueueUnit.isWritten(position, size)) {
            queue.suspect(offset, offset + 1);
            throw queue.damaged(offset);
        }
        return size == QueueUnit.BLANK_SIZE || visitor.see(offset, position, size, QueueUnit.tagsCode(memory, at));
    }
}
