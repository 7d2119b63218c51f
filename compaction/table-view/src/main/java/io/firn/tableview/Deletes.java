package io.firn.tableview;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where keys were deleted: conditional writes are held against these offsets. The latest ones only, as the broker too forgets
 * tombstones when their retention is over. The table's thread.
 */
final class Deletes {

    private static final int MOST = 100_000;

    private final Map<String, Delete> latest = new LinkedHashMap<>();

    /** A tombstone of a queue. */
    record Delete(String key, TableQueue queue, long offset) {}

    void add(Delete delete) {
        latest.remove(delete.key());
        latest.put(delete.key(), delete);
        if (latest.size() > MOST) {
            latest.remove(latest.keySet().iterator().next());
        }
    }

    void addAll(Collection<Delete> deletes) {
        deletes.forEach(this::add);
    }

    /** The key was written again. */
    void forget(String key) {
        latest.remove(key);
    }

    void forget(TableQueue queue) {
        latest.values().removeIf(delete -> delete.queue().equals(queue));
    }

    /** Offset of the key's tombstone in a queue; -1 when none is known. */
    long offset(String key, TableQueue queue) {
        Delete delete = latest.get(key);
        return delete != null && delete.queue().equals(queue) ? delete.offset() : -1;
    }

    List<Delete> all() {
        return List.copyOf(latest.values());
    }
}
