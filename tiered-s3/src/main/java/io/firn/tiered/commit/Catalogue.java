package io.firn.tiered.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What the log says up to a record: its number, epoch and hash, and the slices with their objects. Immutable; checks
 * every rule of the log as it takes a record in.
 */
public final class Catalogue {
    /** Before the first record. */
    public static final Catalogue EMPTY = new Catalogue(new Head(0, 0, RecordHash.NONE), -1, new TreeMap<>());

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
    private final NavigableMap<Long, Slice> slices;

    private Catalogue(Head head, long archivedUpTo, NavigableMap<Long, Slice> slices) {
        this.head = head;
        this.archivedUpTo = archivedUpTo;
        this.slices = slices;
    }

    /** Number of the last record. */
    public long seq() {
        return head.seq;
    }

    /** Epoch of the last record. */
    public long epoch() {
        return head.epoch;
    }

    RecordHash hash() {
        return head.hash;
    }

    /** The position everything before which was archived or given up; -1 when nothing ever was. */
    public long archivedUpTo() {
        return archivedUpTo;
    }

    /** The slices that still have objects, by position. */
    public List<Slice> slices() {
        return List.copyOf(slices.values());
    }

    /** All referenced objects. */
    public Set<UUID> references() {
        return slices.values().stream()
                .flatMap(s -> s.objects.stream())
                .map(ObjectRef::uuid)
                .collect(Collectors.toSet());
    }

    /** This and one more record, whose bytes have this hash. */
    Catalogue with(LogRecord record, RecordHash hash) {
        check(record.seq() == head.seq + 1, record, "should be " + (head.seq + 1));
        check(record.previous().equals(head.hash), record, "does not follow the record before");
        boolean fence = record.type() == LogRecord.Type.FENCE;
        check(fence ? record.epoch() > head.epoch : record.epoch() == head.epoch, record, "epoch " + head.epoch);
        TreeMap<Long, Slice> next = new TreeMap<>(slices);
        long upTo = archivedUpTo;
        switch (record.type()) {
            case ADD, GAP -> {
                check(upTo < 0 || record.base() == upTo, record, "begins not at " + upTo);
                check(record.end() > record.base(), record, "is an empty range");
                checkNew(record);
                upTo = record.end();
                if (!record.objects().isEmpty()) {
                    next.put(record.base(), new Slice(record.base(), record.end(), record.objects()));
                }
            }
            case DROP, REPLACE -> {
                checkNew(record);
                remove(next, record);
                if (!record.objects().isEmpty()) {
                    next.put(record.base(), new Slice(record.base(), record.end(), record.objects()));
                }
            }
            case FENCE, CKPT -> check(record.objects().isEmpty(), record, "has objects");
        }
        return new Catalogue(new Head(record.seq(), record.epoch(), hash), upTo, next);
    }

    private void checkNew(LogRecord record) {
        Set<UUID> known = references();
        check(record.objects().stream().allMatch(o -> known.add(o.uuid())), record, "adds an object twice");
    }

    private static void remove(NavigableMap<Long, Slice> slices, LogRecord record) {
        Set<UUID> gone = Set.copyOf(record.gone());
        int removed = 0;
        for (Map.Entry<Long, Slice> entry : List.copyOf(slices.entrySet())) {
            Slice slice = entry.getValue();
            List<ObjectRef> left =
                    slice.objects.stream().filter(o -> !gone.contains(o.uuid())).toList();
            removed += slice.objects.size() - left.size();
            if (left.isEmpty()) {
                slices.remove(entry.getKey());
            } else {
                slices.put(entry.getKey(), new Slice(slice.base, slice.end, left));
            }
        }
        check(removed == gone.size(), record, "removes an object that is not there");
    }

    private static void check(boolean holds, LogRecord record, String why) {
        if (!holds) {
            throw new CorruptArchive("log record " + record.seq() + " (" + record.type() + ", epoch " + record.epoch()
                    + ", positions " + record.base() + " to " + record.end() + "): " + why);
        }
    }

    byte[] encode() {
        return LogBytes.write(LogBytes.CHECKPOINT, out -> {
            out.writeLong(head.seq);
            out.writeLong(head.epoch);
            LogBytes.hash(out, head.hash);
            out.writeLong(archivedUpTo);
            out.writeInt(slices.size());
            for (Slice slice : slices.values()) {
                out.writeLong(slice.base);
                out.writeLong(slice.end);
                LogBytes.objects(out, slice.objects);
            }
        });
    }

    static Catalogue decode(String key, byte[] bytes) {
        return LogBytes.read(key, LogBytes.CHECKPOINT, bytes, in -> {
            Head head = new Head(in.readLong(), in.readLong(), LogBytes.hash(in));
            long upTo = in.readLong();
            TreeMap<Long, Slice> slices = new TreeMap<>();
            for (int n = LogBytes.count(in); n > 0; n--) {
                Slice slice = new Slice(in.readLong(), in.readLong(), new ArrayList<>(LogBytes.objects(in)));
                slices.put(slice.base, slice);
            }
            return new Catalogue(head, upTo, slices);
        });
    }
}
