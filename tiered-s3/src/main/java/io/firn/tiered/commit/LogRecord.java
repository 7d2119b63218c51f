package io.firn.tiered.commit;

import java.util.List;
import java.util.UUID;

/**
 * One record of the archive log.
 *
 * @param seq its number, from 1 without gaps
 * @param epoch of the writer; never falls along the log, and rises with each FENCE only
 * @param instance the writer
 * @param base FENCE, CKPT: 0; ADD, GAP: first position; REPLACE, DROP: 0
 * @param end position behind the last
 * @param objects ADD: what was archived (may be empty when all topics are excluded); REPLACE: what is new
 * @param gone REPLACE, DROP: uuids that are no longer referenced
 * @param previous hash of the record before; zeros for the first
 */
public record LogRecord(
        long seq,
        long epoch,
        Type type,
        UUID instance,
        long base,
        long end,
        List<ObjectRef> objects,
        List<UUID> gone,
        RecordHash previous) {
    /** What a record says. */
    public enum Type {
        /** From here on only this epoch commits. */
        FENCE,
        /** A slice is archived. */
        ADD,
        /** Objects are merged into others. */
        REPLACE,
        /** Objects are no longer part of the archive; their keys are deleted afterwards. */
        DROP,
        /** A range was lost or given up, by an operator's choice. */
        GAP,
        /** A checkpoint of everything before exists. */
        CKPT
    }

    public LogRecord {
        objects = List.copyOf(objects);
        gone = List.copyOf(gone);
    }
}
