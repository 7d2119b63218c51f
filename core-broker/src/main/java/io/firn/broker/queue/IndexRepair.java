package io.firn.broker.queue;

import io.firn.broker.log.MappedFile;
import io.firn.broker.log.MappedFile.Access;
import io.firn.broker.queue.IndexFile.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the last file of the key index back to what was safe on disk: entries are kept up to the first whose record was
 * not, and the slots are built again from them. Used while opening after a crash, on one thread.
 */
final class IndexRepair {

    private static final Logger LOG = LoggerFactory.getLogger(IndexRepair.class);
    private static final long LAST_OF_SECOND_MS = 999;

    private final Shape shape;
    /** Entries for records at or behind this log position are taken out. */
    private final long safe;

    IndexRepair(Shape shape, long safe) {
        this.shape = shape;
        this.safe = safe;
    }

    /** Repairs a file, unless it is sound; false when nothing in it is left. */
    boolean repair(Path path) {
        MappedFile file = MappedFile.open(path, shape.fileBytes(), Access.READ_WRITE);
        try {
            MemorySegment memory = file.memory();
            int kept = countKept(memory);
            if (kept == 0 || !isSound(memory, kept)) {
                LOG.info("index file {} keeps {} entries of records below {}", path, kept, safe);
                if (kept > 0) {
                    IndexFile.rewrite(file, 0, Math.toIntExact(shape.entryAt(0)));
                    rebuild(memory, kept);
                    file.force(0, file.length());
                }
            }
            return kept > 0;
        } finally {
            file.retire();
        }
    }

    /** Positions of entries rise: the entries of safe records are at the front. */
    private int countKept(MemorySegment memory) {
        int low = 1;
        int high = shape.entries();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isSafe(memory, middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    private boolean isSafe(MemorySegment memory, int number) {
        long at = shape.entryAt(number);
        long position = memory.get(IndexFile.LONG, at + IndexFile.ENTRY_POSITION);
        if (position == 0 && memory.get(IndexFile.INT, at) == 0) {
            // never written; a record at position 0 has an entry with a hash, or is indexed once more
            return false;
        }
        return position >= 0 && position < safe;
    }

    /**
     * Whether nothing was put behind the entries that are kept. The head alone does not tell: it may have stayed as it
     * was on disk while a page of slots became newer, which would cut the chains of these slots.
     */
    private boolean isSound(MemorySegment memory, int kept) {
        long last = memory.get(IndexFile.LONG, shape.entryAt(kept) + IndexFile.ENTRY_POSITION);
        if (memory.get(IndexFile.INT, IndexFile.NEXT_ENTRY) != kept + 1
                || memory.get(IndexFile.LONG, IndexFile.END_POSITION) != last) {
            return false;
        }
        for (int slot = 0; slot < shape.slots(); slot++) {
            int newest = memory.get(IndexFile.INT, shape.slotAt(slot));
            if (newest < 0 || newest > kept) {
                return false;
            }
        }
        return true;
    }

    private void rebuild(MemorySegment memory, int kept) {
        memory.asSlice(IndexFile.HEAD_BYTES, shape.entryAt(0) - IndexFile.HEAD_BYTES)
                .fill((byte) 0);
        int slotCount = 0;
        for (int number = 1; number <= kept; number++) {
            long at = shape.entryAt(number);
            long slotAt = shape.slotAt(KeyIndex.slotHash(memory.get(IndexFile.INT, at)));
            int older = memory.get(IndexFile.INT, slotAt);
            slotCount += older == 0 ? 1 : 0;
            memory.set(IndexFile.INT, at + IndexFile.ENTRY_OLDER, older);
            memory.set(IndexFile.INT, slotAt, number);
        }
        long last = shape.entryAt(kept);
        long begin = memory.get(IndexFile.LONG, IndexFile.BEGIN_TIME);
        long seconds = Math.max(0, memory.get(IndexFile.INT, last + IndexFile.ENTRY_SECONDS));
        long end = kept == 1 ? begin : begin + seconds * 1_000 + LAST_OF_SECOND_MS;
        memory.set(IndexFile.LONG, IndexFile.END_TIME, end);
        long position = memory.get(IndexFile.LONG, last + IndexFile.ENTRY_POSITION);
        memory.set(IndexFile.LONG, IndexFile.END_POSITION, position);
        memory.set(IndexFile.INT, IndexFile.SLOT_COUNT, slotCount);
        memory.set(IndexFile.INT, IndexFile.NEXT_ENTRY, kept + 1);
    }
}
