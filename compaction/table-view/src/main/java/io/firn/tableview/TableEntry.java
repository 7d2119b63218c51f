package io.firn.tableview;

import java.util.Map;

/**
 * The latest message of a key. Immutable, but for the array, which is not to be changed.
 *
 * @param key the whole value of the key property
 * @param queue where it was read
 * @param offset its queue offset
 * @param storeTimeMs when the broker stored it
 * @param properties all of its properties
 * @param body its body, unpacked
 */
public record TableEntry(
        String key, TableQueue queue, long offset, long storeTimeMs, Map<String, String> properties, byte[] body) {

    /** Keeps its own map. */
    public TableEntry {
        properties = Map.copyOf(properties);
    }
}
