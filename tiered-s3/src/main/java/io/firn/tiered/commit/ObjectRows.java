package io.firn.tiered.commit;

import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Archived objects in columns, by position of their slice: about 70 bytes each, so that a hundred thousand fit into a few
 * MiB. Rows are only added; a {@link Catalogue} sees those below its own count, so that many catalogues share one table
 * and a new record costs no copy. Written by the thread of the {@link ArchiveLog}; rows below a published count are read
 * by any thread.
 */
final class ObjectRows {
    private static final int FIRST_ROWS = 16;

    private final long[] base;
    private final long[] end;
    private final long[] high;
    private final long[] low;
    private final long[] length;
    private final long[] maxMs;
    private final int[] crc;
    private final int[] place;
    private final Place[] places;
    /** Row + 1 by hash of the uuid; twice as many as rows. Owner: the writing thread. */
    private final int[] slots;

    private int used;
    private int usedPlaces;

    /**
     * What the keys of many objects share; or one key that is not made the usual way.
     *
     * @param key null: root, class, range, epoch and uuid make it
     */
    private record Place(
            String root,
            String retentionClass,
            long epoch,
            @Nullable String key) {}

    ObjectRows() {
        this(FIRST_ROWS, FIRST_ROWS);
    }

    private ObjectRows(int rows, int placeCount) {
        base = new long[rows];
        end = new long[rows];
        high = new long[rows];
        low = new long[rows];
        length = new long[rows];
        maxMs = new long[rows];
        crc = new int[rows];
        place = new int[rows];
        places = new Place[placeCount];
        slots = new int[Integer.highestOneBit(rows) * 4];
    }

    long base(int row) {
        return base[row];
    }

    long end(int row) {
        return end[row];
    }

    long maxMs(int row) {
        return maxMs[row];
    }

    /** The object of a row, made anew. */
    ObjectRef object(int row) {
        Place where = places[place[row]];
        UUID uuid = new UUID(high[row], low[row]);
        String key = where.key != null
                ? where.key
                : new ArchiveKeys(where.root).object(where.retentionClass, base[row], end[row], where.epoch, uuid);
        return new ObjectRef(key, uuid, length[row], crc[row], maxMs[row], where.retentionClass);
    }

    /** Whether one of the first {@code count} rows has this uuid. Writing thread. */
    boolean has(UUID uuid, int count) {
        for (int slot = slotOf(uuid); slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
            int row = slots[slot] - 1;
            if (row < count
                    && high[row] == uuid.getMostSignificantBits()
                    && low[row] == uuid.getLeastSignificantBits()) {
                return true;
            }
        }
        return false;
    }

    private int slotOf(UUID uuid) {
        long mixed = (uuid.getMostSignificantBits() ^ uuid.getLeastSignificantBits()) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 40) & slots.length - 1;
    }

    /** This table, or a copy of its first {@code count} rows, with one more; never an empty one: that is shared. */
    ObjectRows with(int count, long from, long to, ObjectRef object) {
        boolean fits = count > 0 && used == count && count < base.length && usedPlaces < places.length;
        ObjectRows rows = fits ? this : copy(count);
        rows.add(from, to, object);
        return rows;
    }

    private ObjectRows copy(int count) {
        ObjectRows rows = new ObjectRows(Math.max(FIRST_ROWS, count * 2), Math.max(FIRST_ROWS, usedPlaces * 2));
        for (int row = 0; row < count; row++) {
            rows.add(base[row], end[row], object(row));
        }
        return rows;
    }

    private void add(long from, long to, ObjectRef object) {
        int row = used++;
        base[row] = from;
        end[row] = to;
        high[row] = object.uuid().getMostSignificantBits();
        low[row] = object.uuid().getLeastSignificantBits();
        length[row] = object.lengthBytes();
        maxMs[row] = object.maxMs();
        crc[row] = object.crc32c();
        place[row] = placeOf(placeOf(from, to, object));
        int slot = slotOf(object.uuid());
        while (slots[slot] != 0) {
            slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = row + 1;
    }

    private static Place placeOf(long from, long to, ObjectRef object) {
        int data = object.key().lastIndexOf("data/" + object.retentionClass() + '/');
        long epoch = ArchiveKeys.epochOf(object.key());
        if (data > 0 && epoch >= 0 && object.key().charAt(data - 1) == '/') {
            String root = object.key().substring(0, data);
            String usual = new ArchiveKeys(root).object(object.retentionClass(), from, to, epoch, object.uuid());
            if (usual.equals(object.key())) {
                return new Place(root, object.retentionClass(), epoch, null);
            }
        }
        return new Place("", object.retentionClass(), 0, object.key());
    }

    /** The newest places first: a writer's objects follow one another. */
    private int placeOf(Place wanted) {
        if (wanted.key == null) {
            for (int i = usedPlaces - 1; i >= 0; i--) {
                if (wanted.equals(places[i])) {
                    return i;
                }
            }
        }
        places[usedPlaces] = wanted;
        return usedPlaces++;
    }

    /** The first of {@code count} rows whose slice begins at or behind {@code position}; {@code count} when none does. */
    int firstFrom(long position, int count) {
        int found = Arrays.binarySearch(base, 0, count, position);
        int row = found < 0 ? -found - 1 : found;
        while (row > 0 && base[row - 1] == position) {
            row--;
        }
        return row;
    }
}
