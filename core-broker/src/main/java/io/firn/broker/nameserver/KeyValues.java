package io.firn.broker.nameserver;

import io.firn.broker.topic.ConfigHome;
import io.firn.broker.topic.DurableTable;
import io.firn.broker.topic.TableChange;
import io.firn.broker.wire.body.DataVersion;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What tools keep at the name server: values by namespace and key, such as the queues of ordered topics. A change is on
 * disk before it is visible; its future completes on {@code firn-control}. Look-ups are for any thread.
 */
final class KeyValues {

    private final DurableTable<Map<String, String>> namespaces;

    private KeyValues(DurableTable<Map<String, String>> namespaces) {
        this.namespaces = namespaces;
    }

    /**
     * Reads {@code kvConfig.json}. Blocks on the disk.
     *
     * @throws io.firn.broker.runtime.StorageException naming the file when it is broken
     */
    static KeyValues open(ConfigHome home) {
        KeyValuesFile file = KeyValuesFile.in(home.directory());
        DataVersion version = DataVersion.first(home.clock().millis());
        return new KeyValues(new DurableTable<>(file, home, file.read(), version));
    }

    /** The values of a namespace by key; empty when there are none. Immutable. */
    Map<String, String> of(String namespace) {
        Map<String, String> values = namespaces.find(namespace);
        return values == null ? Map.of() : values;
    }

    CompletableFuture<?> put(String namespace, String key, String value) {
        return change(namespace, current -> {
            Map<String, String> next = copy(current);
            next.put(key, value);
            return Map.copyOf(next);
        });
    }

    CompletableFuture<?> remove(String namespace, String key) {
        return change(namespace, current -> {
            Map<String, String> next = copy(current);
            next.remove(key);
            return next.isEmpty() ? null : Map.copyOf(next);
        });
    }

    private CompletableFuture<?> change(String namespace, DurableTable.Revision<Map<String, String>> revision) {
        return namespaces.<String>change(namespace, revision, TableChange::name);
    }

    private static Map<String, String> copy(@Nullable Map<String, String> current) {
        return current == null ? new TreeMap<>() : new TreeMap<>(current);
    }
}
