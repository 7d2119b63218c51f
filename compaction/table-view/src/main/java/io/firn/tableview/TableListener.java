package io.firn.tableview;

import org.jspecify.annotations.Nullable;

/** Told of changes, one after the other, on the table's thread: whoever waits here holds up the table. */
@FunctionalInterface
public interface TableListener {

    /**
     * A key has another value now.
     *
     * @param key which
     * @param before its entry until now; null when it had none
     * @param after its entry from now on; null when it is deleted
     */
    void changed(String key, @Nullable TableEntry before, @Nullable TableEntry after);
}
