package io.firn.tiered.commit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What the log says up to a record: its number, epoch and hash, and the objects by the slice they hold. Immutable; checks
 * every rule of the log as it takes a record in. Taking in an ADD costs the same however many there are; a DROP copies.
 */
public final class Catalogue {
    /** Before the first record. */
    public static final Catalogue EMPTY = new Catalogue(new Head(0, 0, RecordHash.NONE), -1, new ObjectRows(), 0);

    /** The last record taken in. */
    record Head(long seq, long epoch, RecordHash hash) {}

    /** A slice of the commit log and the objects it lies in. */
    public record Slice(long base, long end, List<ObjectRef> objects) {
        public Slice {
            objects = List.copyOf(objects);
        }
    }

    private final Head head;
    private final long archivedUpTo;
    private final ObjectRows rows;
    private final int count;

    private Catalogue(Head head, long archivedUpTo, ObjectRows rows, int count) {
        this.head = head;
        this.archivedUpTo = archivedUpTo;
        this.rows = rows;
        this.count = count;
    }

    /** Of slices by position, as if all records up to the head had been read. */
    static Catalogue of(Head head, List<Slice> slices) {
        ObjectRows rows = new ObjectRows();
        int n = 0;
        for (Slice slice : slices) {
            for (ObjectRef object : slice.objects) {
                rows = rows.with(n++, slice.base, slice.end, object);
            }
        }
        return new Catalogue(head, slices.isEmpty() ? -1 : slices.getLast().end, rows, n);
    }

    /** Number of the last record. */
    public long seq() {
        return head.seq;
    }

    /** Epoch of the last record. */
    public long epoch() {
        return head.epoch;
    }

    /** Hash of the last record: two catalogues of one number and hash are equal. */
    public RecordHash hash() {
        return head.hash;
    }

    /** The position everything before which was archived or given up; -1 when nothing ever was. */
    public long archivedUpTo() {
        return archivedUpTo;
    }

    /** Number of objects; they are numbered from 0, by position of their slice. */
    public int objects() {
        return count;
    }

    /** An object; made anew each time. */
    public ObjectRef object(int row) {
        return rows.object(row);
    }

    /** Where the object's slice begins. */
    public long base(int row) {
        return rows.base(row);
    }

    /** Where the object's slice ends. */
    public long end(int row) {
        return rows.end(row);
    }

    /** Largest store time in the object, ms. */
    public long maxMs(int row) {
        return rows.maxMs(row);
    }

    /**
     * What the row's slice ends with: its largest store time, ms, or that of the slice before when it has no messages. As
     * store times rise along the log, this rises with the row, while {@link #maxMs} of one slice's objects differ.
     */
    public long latestMs(int row) {
        int at = row;
        while (at + 1 < count && rows.base(at + 1) == rows.base(row)) {
            at++;
        }
        long latest = 0;
        while (at >= 0 && latest == 0) {
            long base = rows.base(at);
            for (; at >= 0 && rows.base(at) == base; at--) {
                latest = Math.max(latest, rows.maxMs(at));
            }
        }
        return latest;
    }

    /** What the slices before the row's end with, ms: nothing in the row's slice is older. 0 for the first. */
    public long earliestMs(int row) {
        int before = row - 1;
        while (before >= 0 && rows.base(before) == rows.base(row)) {
            before--;
        }
        return before < 0 ? 0 : latestMs(before);
    }

    /** The first object whose slice begins at or behind this position; {@link #objects()} when none does. */
    public int firstFrom(long position) {
        return rows.firstFrom(position, count);
    }

    /** The slices that still have objects, by position; made anew each time. */
    public List<Slice> slices() {
        List<Slice> slices = new ArrayList<>();
        for (int row = 0; row < count; ) {
            int first = row;
            List<ObjectRef> objects = new ArrayList<>();
            while (row < count && rows.base(row) == rows.base(first)) {
                objects.add(rows.object(row++));
            }
            slices.add(new Slice(rows.base(first), rows.end(first), objects));
        }
        return slices;
    }

    /** Whether the object is part of the archive. Thread of the {@link ArchiveLog}. */
    boolean has(UUID uuid) {
        return rows.has(uuid, count);
    }

    /** All referenced objects; made anew each time. */
    public Set<UUID> references() {
        Set<UUID> references = new HashSet<>();
        for (int row = 0; row < count; row++) {
            references.add(rows.object(row).uuid());
        }
        return references;
    }

    /** This and one more record, whose bytes have this hash. */
    Catalogue with(LogRecord record, RecordHash hash) {
        check(record.seq() == head.seq + 1, record, "should be " + (head.seq + 1));
        check(record.previous().equals(head.hash), record, "does not follow the record before");
        boolean fence = record.type() == LogRecord.Type.FENCE;
        check(fence ? record.epoch() > head.epoch : record.epoch() == head.epoch, record, "epoch " + head.epoch);
        Head next = new Head(record.seq(), record.epoch(), hash);
        return switch (record.type()) {
            case ADD, GAP -> {
                check(archivedUpTo < 0 || record.base() == archivedUpTo, record, "begins not at " + archivedUpTo);
                check(record.end() > record.base(), record, "is an empty range");
                checkNew(record);
                yield added(next, record);
            }
            case DROP, REPLACE -> {
                checkNew(record);
                yield replaced(next, record);
            }
            case FENCE, CKPT -> {
                check(record.objects().isEmpty(), record, "has objects");
                yield new Catalogue(next, archivedUpTo, rows, count);
            }
        };
    }

    private void checkNew(LogRecord record) {
        Set<UUID> inRecord = new HashSet<>();
        for (ObjectRef object : record.objects()) {
            boolean fresh = inRecord.add(object.uuid()) && !rows.has(object.uuid(), count);
            check(fresh, record, "adds an object twice");
        }
    }

    private Catalogue added(Head next, LogRecord record) {
        ObjectRows grown = rows;
        int n = count;
        for (ObjectRef object : record.objects()) {
            grown = grown.with(n++, record.base(), record.end(), object);
        }
        return new Catalogue(next, record.end(), grown, n);
    }

    private Catalogue replaced(Head next, LogRecord record) {
        Set<UUID> gone = Set.copyOf(record.gone());
        int at = rows.firstFrom(record.base(), count);
        Kept kept = new Kept(new ObjectRows(), 0);
        kept = kept.with(rows, 0, at, gone);
        for (ObjectRef object : record.objects()) {
            kept = new Kept(kept.rows.with(kept.count, record.base(), record.end(), object), kept.count + 1);
        }
        kept = kept.with(rows, at, count, gone);
        int removed = count + record.objects().size() - kept.count;
        check(removed == gone.size(), record, "removes an object that is not there");
        return new Catalogue(next, archivedUpTo, kept.rows, kept.count);
    }

    /** A table in the making. */
    private record Kept(ObjectRows rows, int count) {
        /** And rows {@code from} to {@code to} of another, but for those that are gone. */
        Kept with(ObjectRows other, int from, int to, Set<UUID> gone) {
            Kept kept = this;
            for (int row = from; row < to; row++) {
                ObjectRef object = other.object(row);
                if (!gone.contains(object.uuid())) {
                    ObjectRows grown = kept.rows.with(kept.count, other.base(row), other.end(row), object);
                    kept = new Kept(grown, kept.count + 1);
                }
            }
            return kept;
        }
    }

    private static void check(boolean holds, LogRecord record, String why) {
        if (!holds) {
            throw new CorruptArchive("log record " + record.seq() + " (" + record.type() + ", epoch " + record.epoch()
                    + ", positions " + record.base() + " to " + record.end() + "): " + why);
        }
    }

    /** As a checkpoint holds it. */
    public byte[] encode() {
        List<Slice> slices = slices();
        return LogBytes.write(LogBytes.CHECKPOINT, out -> {
            out.writeLong(head.seq);
            out.writeLong(head.epoch);
            LogBytes.hash(out, head.hash);
            out.writeLong(archivedUpTo);
            out.writeInt(slices.size());
            for (Slice slice : slices) {
                out.writeLong(slice.base);
                out.writeLong(slice.end);
                LogBytes.objects(out, slice.objects);
            }
        });
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @param key where it comes from, for errors
     * @throws CorruptArchive it is damaged
     */
    public static Catalogue decode(String key, byte[] bytes) {
        return LogBytes.read(key, LogBytes.CHECKPOINT, bytes, in -> {
            Head head = new Head(in.readLong(), in.readLong(), LogBytes.hash(in));
            long upTo = in.readLong();
            ObjectRows rows = new ObjectRows();
            int n = 0;
            for (int left = LogBytes.count(in); left > 0; left--) {
                long base = in.readLong();
                long end = in.readLong();
                for (ObjectRef object : LogBytes.objects(in)) {
                    rows = rows.with(n++, base, end, object);
                }
            }
            return new Catalogue(head, upTo, rows, n);
        });
    }
}
