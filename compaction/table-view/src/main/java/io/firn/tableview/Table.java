package io.firn.tableview;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keys and their entries: of one queue the highest offset wins, between queues (a key should be in one, but the number of queues
 * may have changed) the later store time. Changed by the table's thread only; read by any.
 */
final class Table {

    private final Map<String, TableEntry> entries = new ConcurrentHashMap<>();
    private final Deletes deletes = new Deletes();
    private final Changes changes;

    /** Told after each change. */
    @FunctionalInterface
    interface Changes {

        void changed(String key, @Nullable TableEntry before, @Nullable TableEntry after);
    }

    Table(Changes changes) {
        this.changes = changes;
    }

    Map<String, TableEntry> entries() {
        return entries;
    }

    /** Where keys were deleted lately. */
    Deletes deletes() {
        return deletes;
    }

    /** Takes entries that were kept, without telling anybody. */
    void restore(Collection<TableEntry> kept) {
        for (TableEntry entry : kept) {
            entries.put(entry.key(), entry);
        }
    }

    /** A message of a queue; answers whether it had a key. */
    boolean apply(TableQueue queue, TableSource.Message message, String keyProperty) {
        String key = message.properties().get(keyProperty);
        if (key == null || key.isBlank()) {
            return false;
        }
        TableEntry before = entries.get(key);
        if ((before != null && !isLater(queue, message, before)) || lastOffset(key, queue) > message.condition()) {
            return true;
        }
        byte[] body = message.body();
        if (message.isTombstone() || body == null) {
            remove(key);
            deletes.add(new Deletes.Delete(key, queue, message.offset()));
            return true;
        }
        TableEntry after =
                new TableEntry(key, queue, message.offset(), message.storeTimeMs(), message.properties(), body);
        entries.put(key, after);
        deletes.forget(key);
        changes.changed(key, before, after);
        return true;
    }

    /** Where a queue wrote or deleted a key last; -1 when that is not known. */
    private long lastOffset(String key, TableQueue queue) {
        TableEntry entry = entries.get(key);
        return entry != null && entry.queue().equals(queue) ? entry.offset() : deletes.offset(key, queue);
    }

    private static boolean isLater(TableQueue queue, TableSource.Message message, TableEntry before) {
        return queue.equals(before.queue())
                ? message.offset() > before.offset()
                : message.storeTimeMs() >= before.storeTimeMs();
    }

    private void remove(String key) {
        TableEntry before = entries.remove(key);
        if (before != null) {
            changes.changed(key, before, null);
        }
    }

    /** Takes away all that is known of a queue, telling of each entry. */
    void forget(TableQueue queue) {
        deletes.forget(queue);
        for (TableEntry entry : entries.values()) {
            if (entry.queue().equals(queue)) {
                remove(entry.key());
            }
        }
    }
}
